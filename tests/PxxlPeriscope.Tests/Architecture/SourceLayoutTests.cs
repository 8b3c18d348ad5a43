namespace PxxlPeriscope.Tests.Architecture;

/// <summary>How the sources are laid out.</summary>
public sealed class SourceLayoutTests
{
    [Theory]
    [InlineData("PxxlPeriscope", typeof(Deployment))]
    [InlineData("PxxlPeriscope.Http", typeof(PxxlPeriscope.Http.ResilientHttpClientSource))]
    public void Every_public_type_has_its_own_file_of_its_name(string project, Type one)
    {
        var files = Repository.Sources("src", project).Select(Path.GetFileNameWithoutExtension).ToList();

        Assert.Empty(one.Assembly.GetExportedTypes().Where(type => !type.IsNested).Select(type => type.Name.Split('`')[0]).Except(files));
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
    public void A_cmdlet_stays_short_and_no_file_grows_beyond_a_few_screens()
    {
        Assert.Empty(TooLong(Repository.Sources("src", "PxxlPeriscope.PowerShell", "Commands"), 120));
        Assert.Empty(TooLong(Repository.Sources("src"), 300));

        static IEnumerable<string> TooLong(IEnumerable<string> files, int most) =>
            files.Where(file => File.ReadLines(file).Count() > most).Select(file => Path.GetRelativePath(Repository.Root, file));
    }

    [Fact]
    public void Every_cause_of_a_failure_has_an_error_record_with_a_category_and_an_advice()
    {
        // By its source: the class itself needs a PowerShell to load.
        var source = File.ReadAllText(Repository.PathTo("src", "PxxlPeriscope.PowerShell", "Errors", "ErrorRecords.cs"));

        Assert.All(
            AllFailures(),
            failure => Assert.Matches($@"\[{failure.Cause.GetType().Name}\.{failure.Cause}\] = \(\s*ErrorCategory\.\w+,\s*\w+ =>", source)
        );
    }

    [Fact]
    public void Every_public_failure_has_a_stable_id_of_service_and_cause()
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
