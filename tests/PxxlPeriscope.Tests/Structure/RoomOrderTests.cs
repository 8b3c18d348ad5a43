namespace PxxlPeriscope.Tests;

/// <summary>Which folder of the library may know which, as the design draws it.</summary>
public sealed class RoomOrderTests
{
    private static readonly Dictionary<string, string[]> MayUse = new()
    {
        ["Compatibility"] = [],
        ["Storage"] = ["Compatibility"],
        ["Connection"] = ["Compatibility"],
        ["Pxxl"] = ["Connection", "Compatibility"],
        ["Periscope"] = ["Connection", "Compatibility"],
        ["Webhooks"] = ["Connection", "Compatibility", "Pxxl", "Storage"],
        ["Delivery"] = ["Connection", "Compatibility", "Pxxl", "Periscope", "Webhooks", "Storage"],
        ["Budgets"] = ["Connection", "Compatibility", "Pxxl"],
        ["Notifications"] = ["Connection", "Compatibility", "Pxxl", "Budgets"],
        ["Watching"] = ["Connection", "Compatibility", "Pxxl"],
        ["Metrics"] = ["Connection", "Compatibility", "Pxxl", "Periscope"],
    };

    [Fact]
    public void No_room_knows_one_that_it_may_not_know()
    {
        var rooms = Room.OfLibrary();

        Assert.Empty(rooms.Select(room => room.Name).Except(MayUse.Keys));
        Assert.Empty(from room in rooms
                     from other in rooms
                     where other != room && !MayUse[room.Name].Contains(other.Name)
                     from use in room.UsesOf(other)
                     select use);
    }

    [Fact]
    public void The_search_finds_the_uses_that_there_are()
    {
        var rooms = Room.OfLibrary().ToDictionary(room => room.Name);

        // Allowed, and so proof that a forbidden one would be seen.
        Assert.Contains("Delivery/ReportConversion uses Deployment of Pxxl", rooms["Delivery"].UsesOf(rooms["Pxxl"]));
        Assert.Contains("Delivery/ReportSender uses PeriscopeClient of Periscope", rooms["Delivery"].UsesOf(rooms["Periscope"]));
        Assert.Contains("Pxxl/PxxlRequests uses ServiceCaller of Connection", rooms["Pxxl"].UsesOf(rooms["Connection"]));
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
    public void A_use_is_code_not_a_comment_and_not_a_text(string source, bool isUse)
    {
        var room = new Room("Pxxl", new Dictionary<string, string> { ["Here"] = source });
        var other = new Room("Periscope", new Dictionary<string, string> { ["DeploymentReport"] = "" });

        Assert.Equal(isUse ? ["Pxxl/Here uses DeploymentReport of Periscope"] : [], room.UsesOf(other));
    }

    [Fact]
    public void The_library_knows_neither_PowerShell_nor_the_isolated_packages()
    {
        string[] foreign =
            ["System.Management.Automation", "Polly.Core", "Microsoft.Extensions.Http", "PxxlPeriscope.Http", "PxxlPeriscope.PowerShell"];

        Assert.Empty(typeof(Deployment).Assembly.GetReferencedAssemblies().Select(reference => reference.Name).Intersect(foreign));
    }

    [Fact]
    public void The_isolated_assembly_shows_only_types_of_the_platform_and_the_library()
    {
        var isolated = typeof(Http.ResilientHttpClientSource).Assembly;
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
