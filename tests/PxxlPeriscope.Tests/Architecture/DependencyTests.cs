using ArchUnitNET.Domain;
using ArchUnitNET.Fluent.Syntax.Elements.Types;
using ArchUnitNET.Loader;
using ArchUnitNET.xUnitV3;
using PxxlPeriscope.Tests.Webhooks.Receiving;
using static ArchUnitNET.Fluent.ArchRuleDefinition;
using Assembly = System.Reflection.Assembly;
using Type = System.Type;

namespace PxxlPeriscope.Tests.Architecture;

/// <summary>Which folder of the library may use which; docs/architecture.md has the same table.</summary>
public sealed class DependencyTests
{
    /// <summary>The foundation. Every other folder may use all of it.</summary>
    private static readonly Dictionary<string, string[]> Foundation = new()
    {
        ["Compatibility"] = [],
        ["Errors"] = [],
        ["Time"] = ["Compatibility"],
        ["Text"] = ["Compatibility"],
        ["Json"] = ["Compatibility", "Text"],
        ["Connections"] = ["Compatibility", "Text", "Errors", "Http"],
        ["Http"] = ["Compatibility", "Text", "Json", "Errors", "Connections"],
    };

    private static readonly Dictionary<string, string[]> AllowedDependencies = new()
    {
        ["Storage"] = [],
        ["Pxxl"] = [],
        ["Periscope"] = [],
        ["Webhooks"] = ["Pxxl", "Storage"],
        ["Reports"] = ["Pxxl", "Periscope", "Webhooks"],
        ["Ledger"] = ["Periscope", "Storage"],
        ["Outbox"] = ["Periscope", "Storage", "Ledger"],
        ["Delivery"] = ["Periscope", "Storage", "Ledger", "Outbox"],
        ["Sync"] = ["Pxxl", "Periscope", "Storage", "Reports", "Ledger", "Outbox", "Delivery"],
        ["Budgets"] = ["Pxxl"],
        ["Notifications"] = ["Pxxl", "Budgets"],
        ["Watching"] = ["Pxxl"],
    };

    private static readonly ArchUnitNET.Domain.Architecture Library = new ArchLoader().LoadAssembly(typeof(Deployment).Assembly).Build();

    /// <summary>The folder of each type: a file is named after its type, and types that scripts use are in the root namespace.</summary>
    private static readonly Dictionary<string, string> FolderByFile = Repository
        .Sources("src", "PxxlPeriscope")
        .Select(file => Path.GetRelativePath(Repository.PathTo("src", "PxxlPeriscope"), file).Split(Path.DirectorySeparatorChar))
        .Where(parts => parts.Length > 1)
        .ToDictionary(parts => Path.GetFileNameWithoutExtension(parts[^1]), parts => parts[0]);

    public static TheoryData<Assembly> IsolatedAssemblies =>
        [typeof(PxxlPeriscope.Http.ResilientHttpClientSource).Assembly, WebServers.Assembly];

    public static TheoryData<string> Folders => [.. Foundation.Keys, .. AllowedDependencies.Keys];

    [Theory]
    [MemberData(nameof(Folders))]
    public void A_folder_uses_only_the_folders_that_it_may_use(string folder)
    {
        var allowed = Foundation.TryGetValue(folder, out var below) ? below : [.. Foundation.Keys, .. AllowedDependencies[folder]];
        var forbidden = Folders.Select(row => row.Data).Where(other => other != folder && !allowed.Contains(other)).ToArray();

        MayNotUse(folder, forbidden).Check(Library);
    }

    [Fact]
    public void Every_folder_is_in_the_table()
    {
        Assert.Equal(
            FolderByFile.Values.Distinct().Order(StringComparer.Ordinal),
            Folders.Select(row => row.Data).Order(StringComparer.Ordinal)
        );
    }

    [Theory]
    [InlineData("Reports", "Pxxl")]
    [InlineData("Delivery", "Periscope")]
    [InlineData("Sync", "Storage")]
    [InlineData("Pxxl", "Http")]
    public void A_use_that_exists_is_seen(string folder, string used)
    {
        // Allowed, and so proof that a forbidden use would be seen.
        Assert.False(MayNotUse(folder, used).HasNoViolations(Library));
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
            "PxxlPeriscope.Server",
            "PxxlPeriscope.PowerShell",
        ];

        Assert.Empty(typeof(Deployment).Assembly.GetReferencedAssemblies().Select(reference => reference.Name).Intersect(foreign));
    }

    [Theory]
    [MemberData(nameof(IsolatedAssemblies))]
    public void An_isolated_assembly_exposes_only_types_of_the_platform_and_the_library(Assembly isolated)
    {
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

    private static TypesShouldConjunctionWithDescription MayNotUse(string folder, params string[] others) =>
        Types().That().Are(In(folder)).Should().NotDependOnAny(In(others)).As($"{folder} uses none of {string.Join(", ", others)}");

    private static GivenTypesConjunction In(params string[] folders) =>
        Types().That().FollowCustomPredicate(type => folders.Contains(FolderOf(type)), $"are in {string.Join(", ", folders)}");

    private static string? FolderOf(IType type)
    {
        // The outermost type: the compiler nests types for lambdas and state machines.
        var name = type.FullName.Split('+', '/')[0];
        return FolderByFile.GetValueOrDefault(name[(name.LastIndexOf('.') + 1)..].Split('`', '<')[0]);
    }
}
