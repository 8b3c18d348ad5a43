using System.Reflection;
using PxxlPeriscope.Tests.Webhooks.Receiving;

namespace PxxlPeriscope.Tests.Architecture;

/// <summary>Verifies the layout of the source files.</summary>
public sealed class SourceLayoutTests
{
    [Theory]
    [InlineData("PxxlPeriscope")]
    [InlineData("PxxlPeriscope.Http")]
    [InlineData("PxxlPeriscope.Server")]
    public void Every_public_type_is_in_a_file_named_after_it(string project)
    {
        Assembly[] assemblies =
        [
            typeof(Deployment).Assembly,
            typeof(PxxlPeriscope.Http.ResilientHttpClientSource).Assembly,
            WebServers.Assembly,
        ];
        var assembly = assemblies.Single(each => each.GetName().Name == project);
        var files = Repository.Sources("src", project).Select(Path.GetFileNameWithoutExtension).ToList();

        Assert.Empty(assembly.GetExportedTypes().Where(type => !type.IsNested).Select(type => type.Name.Split('`')[0]).Except(files));
        Assert.Equal(files.Distinct(), files);
    }

    [Fact]
    public void Folders_are_named_after_their_purpose()
    {
        string[] patterns =
        [
            "Helpers",
            "Helper",
            "Managers",
            "Utils",
            "Utilities",
            "Common",
            "Misc",
            "Models",
            "Interfaces",
            "Extensions",
            "Services",
        ];

        var folders = Repository
            .Sources("src")
            .SelectMany(file => Path.GetRelativePath(Repository.Root, file).Split(Path.DirectorySeparatorChar));

        Assert.Empty(folders.Intersect(patterns));
    }

    [Fact]
    public void Source_files_do_not_exceed_their_maximum_length()
    {
        Assert.Empty(TooLong(Repository.Sources("src", "PxxlPeriscope.PowerShell", "Commands"), 120));
        Assert.Empty(TooLong(Repository.Sources("src"), 300));

        static IEnumerable<string> TooLong(IEnumerable<string> files, int most) =>
            files.Where(file => File.ReadLines(file).Count() > most).Select(file => Path.GetRelativePath(Repository.Root, file));
    }

    [Theory]
    [InlineData("src")]
    [InlineData("tests")]
    public void Lines_do_not_exceed_140_characters(string folder)
    {
        // The build checks code; this includes comments and long strings.
        Assert.Empty(
            from file in Repository.Sources(folder)
            from line in File.ReadLines(file).Select((text, index) => (text, number: index + 1))
            where line.text.Length > 140
            select $"{Path.GetRelativePath(Repository.Root, file)}({line.number})"
        );
    }

    [Fact]
    public void Every_failure_cause_has_an_error_category_and_a_recommended_action()
    {
        // Checks the source text, because loading the class requires PowerShell.
        var source = File.ReadAllText(Repository.PathTo("src", "PxxlPeriscope.PowerShell", "Errors", "ErrorRecords.cs"));

        Assert.All(
            AllFailures(),
            failure => Assert.Matches($@"\[{failure.Cause.GetType().Name}\.{failure.Cause}\] = \(\s*ErrorCategory\.\w+,\s*\w+ =>", source)
        );
    }

    [Fact]
    public void Error_ids_consist_of_service_and_cause_and_fatal_causes_are_known()
    {
        Assert.Equal("PeriscopeStatusOutOfOrder", new ServiceException(ServiceName.Periscope, CallFailure.StatusOutOfOrder, "x").ErrorId);
        Assert.Equal(
            ["InvalidBaseUri", "NotConnected", "RedirectRefused", "StateTooNew", "StateUnusable", "Unauthorized", "WrongBaseUri"],
            AllFailures().Where(failure => failure.IsFatal).Select(failure => failure.Cause.ToString()).Order(StringComparer.Ordinal)
        );
    }

    private static IEnumerable<ServiceException> AllFailures() =>
        [
            .. Enum.GetValues<CallFailure>().Select(cause => new ServiceException(ServiceName.Pxxl, cause, "x")),
            .. Enum.GetValues<WebhookFailure>().Select(cause => new ServiceException(ServiceName.Pxxl, cause, "x")),
            .. Enum.GetValues<StateFailure>().Select(cause => new ServiceException(ServiceName.Pxxl, cause, "x")),
            .. Enum.GetValues<WaitFailure>().Select(cause => new ServiceException(ServiceName.Pxxl, cause, "x")),
        ];
}
