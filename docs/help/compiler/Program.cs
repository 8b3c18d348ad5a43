using PxxlPeriscope.Help;

if (args is not [var pages, var assembly, var powerShell, var output])
{
    Console.Error.WriteLine(
        "Usage: PxxlPeriscope.Help <folder of pages> <assembly with cmdlets> <System.Management.Automation.dll> <output folder>"
    );
    return 1;
}

try
{
    var cmdlets = CmdletAssembly.Read(assembly, powerShell);
    var problems = new List<HelpProblem>();
    var topics = HelpFolder.Read(pages, cmdlets, problems);
    if (problems.Count > 0)
    {
        problems.ForEach(Console.Error.WriteLine);
        return 1;
    }

    Directory.CreateDirectory(output);
    Maml.Write(topics, Path.Combine(output, Path.GetFileName(assembly) + "-Help.xml"));
    foreach (var about in Directory.EnumerateFiles(pages, "about_*.md"))
    {
        AboutTextWriter.Write(about, Path.Combine(output, Path.GetFileNameWithoutExtension(about) + ".help.txt"));
    }

    return 0;
}
catch (HelpException failure)
{
    Console.Error.WriteLine(failure.Problem);
    return 1;
}
