using System.Reflection;

namespace PxxlPeriscope.NetFramework;

/// <summary>Runs the checks with the assemblies of the module as it ships, found as the module finds them.</summary>
internal static class Program
{
    private static readonly string Shipped = Path.Combine(RepositoryRoot(), "out", "PxxlPeriscope", "bin", "netstandard2.0");

    private static int Main(string[] arguments)
    {
        if (arguments.Length != 1)
        {
            Console.Error.WriteLine("usage: PxxlPeriscope.NetFramework SANDBOX.dll");
            return 2;
        }

        // What PowerShell does for a module: it loads the assembly from the module's folder. All else is the module's own business.
        AppDomain.CurrentDomain.AssemblyResolve += LoadForThisProgram;
        return Jobs.Run(arguments[0]);
    }

    private static Assembly? LoadForThisProgram(object sender, ResolveEventArgs request)
    {
        var path = Path.Combine(Shipped, new AssemblyName(request.Name).Name + ".dll");
        var isOurs = request.RequestingAssembly is null || request.RequestingAssembly == typeof(Program).Assembly;
        return isOurs && File.Exists(path) ? Assembly.LoadFrom(path) : null;
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppDomain.CurrentDomain.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "PxxlPeriscope.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("No folder above this program holds PxxlPeriscope.sln.");
        }

        return folder.FullName;
    }
}
