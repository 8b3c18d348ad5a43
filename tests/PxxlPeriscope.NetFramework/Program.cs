using System.Reflection;

namespace PxxlPeriscope.NetFramework;

/// <summary>Runs the checks with the shipped assemblies of the module, resolved in the same way as in the module.</summary>
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

        // Like PowerShell, load the assembly from the folder of the module. Everything else is up to the module.
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
            folder = folder.Parent ?? throw new InvalidOperationException("No parent folder of this program contains PxxlPeriscope.sln.");
        }

        return folder.FullName;
    }
}
