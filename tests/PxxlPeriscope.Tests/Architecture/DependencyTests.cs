namespace PxxlPeriscope.Tests.Architecture;

/// <summary>Verifies which folders of the library may use which others, as docs/architecture.md describes.</summary>
public sealed class DependencyTests
{
    private static readonly Dictionary<string, string[]> AllowedDependencies = new()
    {
        ["Compatibility"] = [],
        ["Time"] = ["Compatibility"],
        ["Text"] = ["Compatibility"],
        ["Json"] = ["Compatibility", "Text"],
        ["Errors"] = [],
        ["Connections"] = ["Compatibility", "Text", "Errors", "Http"],
        ["Http"] = ["Compatibility", "Text", "Json", "Errors", "Connections"],
        ["Storage"] = ["Compatibility", "Time", "Errors"],
        ["Pxxl"] = ["Compatibility", "Time", "Text", "Json", "Errors", "Connections", "Http"],
        ["Periscope"] = ["Compatibility", "Time", "Text", "Json", "Errors", "Connections", "Http"],
        ["Webhooks"] = ["Compatibility", "Time", "Text", "Json", "Errors", "Connections", "Http", "Pxxl", "Storage"],
        ["Reports"] = ["Compatibility", "Time", "Text", "Json", "Errors", "Connections", "Http", "Pxxl", "Periscope", "Webhooks"],
        ["Ledger"] = ["Compatibility", "Time", "Text", "Json", "Errors", "Connections", "Http", "Periscope", "Storage", "Reports"],
        ["Outbox"] =
        [
            "Compatibility",
            "Time",
            "Text",
            "Json",
            "Errors",
            "Connections",
            "Http",
            "Periscope",
            "Storage",
            "Reports",
            "Ledger",
        ],
        ["Delivery"] =
        [
            "Compatibility",
            "Time",
            "Text",
            "Json",
            "Errors",
            "Connections",
            "Http",
            "Periscope",
            "Storage",
            "Reports",
            "Ledger",
            "Outbox",
            "Webhooks",
        ],
        ["Sync"] =
        [
            "Compatibility",
            "Time",
            "Text",
            "Json",
            "Errors",
            "Connections",
            "Http",
            "Pxxl",
            "Periscope",
            "Storage",
            "Reports",
            "Ledger",
            "Outbox",
            "Delivery",
        ],
        ["Budgets"] = ["Compatibility", "Time", "Text", "Json", "Errors", "Connections", "Http", "Pxxl"],
        ["Notifications"] = ["Compatibility", "Time", "Text", "Json", "Errors", "Connections", "Http", "Pxxl", "Budgets"],
        ["Watching"] = ["Compatibility", "Time", "Text", "Json", "Errors", "Connections", "Http", "Pxxl"],
        ["Metrics"] = ["Compatibility", "Time", "Text", "Json", "Errors", "Connections", "Http", "Pxxl", "Periscope"],
        ["Reporting"] = ["Compatibility", "Time", "Text", "Json", "Errors", "Connections", "Http", "Pxxl", "Periscope", "Metrics"],
    };

    [Fact]
    public void A_folder_uses_only_the_folders_that_it_may_use()
    {
        var folders = SourceFolder.ReadLibrary();

        Assert.Empty(folders.Select(folder => folder.Name).Except(AllowedDependencies.Keys));
        Assert.Empty(
            from folder in folders
            from other in folders
            where other != folder && !AllowedDependencies[folder.Name].Contains(other.Name)
            from use in folder.FindUsesOf(other)
            select use
        );
    }

    [Fact]
    public void The_search_finds_existing_uses()
    {
        var folders = SourceFolder.ReadLibrary().ToDictionary(folder => folder.Name);

        // Allowed uses, which prove that a forbidden use would be found.
        Assert.Contains("Reports/ReportConverter uses Deployment of Pxxl", folders["Reports"].FindUsesOf(folders["Pxxl"]));
        Assert.Contains("Delivery/ReportSender uses PeriscopeClient of Periscope", folders["Delivery"].FindUsesOf(folders["Periscope"]));
        Assert.Contains("Pxxl/PxxlRequests uses ApiClient of Http", folders["Pxxl"].FindUsesOf(folders["Http"]));
    }

    [Theory]
    [InlineData("var report = new DeploymentReport();", true)]
    [InlineData("DeploymentReport? report = null;", true)]
    [InlineData("List<DeploymentReport> reports;", true)]
    [InlineData("PxxlPeriscope.DeploymentReport report;", true)]
    [InlineData("global::PxxlPeriscope.DeploymentReport report;", true)]
    [InlineData("typeof(DeploymentReport)", true)]
    [InlineData("/// <see cref=\"DeploymentReport\"/>", false)]
    [InlineData("// DeploymentReport\n", false)]
    [InlineData("/* DeploymentReport\n */", false)]
    [InlineData("var text = \"DeploymentReport\";", false)]
    [InlineData("var text = \"\\\"\"; DeploymentReport report;", true)]
    [InlineData("var quote = '\"'; DeploymentReport report;", true)]
    [InlineData("var url = \"https://x\"; DeploymentReport report;", true)]
    [InlineData("var text = \"\"\"\n DeploymentReport \"quoted\" \n\"\"\";", false)]
    [InlineData("outcome.DeploymentReport", false)]
    [InlineData("MyDeploymentReport DeploymentReports", false)]
    public void Comments_and_strings_are_not_uses(string source, bool isUse)
    {
        var folder = new SourceFolder("Pxxl", new Dictionary<string, string> { ["Source"] = source });
        var other = new SourceFolder("Periscope", new Dictionary<string, string> { ["DeploymentReport"] = "" });

        Assert.Equal(isUse ? ["Pxxl/Source uses DeploymentReport of Periscope"] : [], folder.FindUsesOf(other));
    }

    [Fact]
    public void The_library_references_neither_PowerShell_nor_the_isolated_packages()
    {
        string[] foreign =
        [
            "System.Management.Automation",
            "Polly.Core",
            "Microsoft.Extensions.Http",
            "PxxlPeriscope.Http",
            "PxxlPeriscope.PowerShell",
        ];

        Assert.Empty(typeof(Deployment).Assembly.GetReferencedAssemblies().Select(reference => reference.Name).Intersect(foreign));
    }

    [Fact]
    public void The_isolated_assembly_exposes_only_types_of_the_platform_and_the_library()
    {
        var isolated = typeof(PxxlPeriscope.Http.ResilientHttpClientSource).Assembly;
        var allowed = new[] { typeof(object).Assembly, typeof(HttpClient).Assembly, typeof(Deployment).Assembly, isolated };

        Assert.DoesNotContain(isolated.GetExportedTypes().SelectMany(Shown), type => !allowed.Contains(type.Assembly));

        static IEnumerable<Type> Shown(Type type) =>
            [
                type.BaseType!,
                .. type.GetInterfaces(),
                .. type.GetMethods().Select(method => method.ReturnType),
                .. type.GetMethods().SelectMany(method => method.GetParameters()).Select(parameter => parameter.ParameterType),
                .. type.GetConstructors().SelectMany(made => made.GetParameters()).Select(parameter => parameter.ParameterType),
            ];
    }
}
