using PxxlPeriscope.Delivery;
using PxxlPeriscope.Outbox;
using PxxlPeriscope.Sandbox.Faults;

namespace PxxlPeriscope.Tests.Outbox;

/// <summary>A report without an id is rejected, and no file is written that could not be read again.</summary>
public sealed class ReportWithoutIdTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly List<string> _warnings = [];

    private string Folder => Directory.CreateDirectory(_folder["outbox"]).FullName;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" \t")]
    public async Task It_is_rejected_when_sent_and_no_file_is_reported_as_damaged(string? id)
    {
        await using var fixture = await SandboxFixture.StartAsync();

        var outcome = await SendAsync(fixture, SampleReports.Valid(id!));

        Assert.Equal("PeriscopeInvalidReport", outcome.Failure!.ErrorId);
        Assert.Contains("without a deploymentId", outcome.Failure.Message, StringComparison.Ordinal);
        Assert.True(outcome.IsRejected);
        Assert.Equal("checkout-api", outcome.Report.Service);
        await AssertNothingIsKeptAsync();
        Assert.Empty(fixture.Sandbox.Requests);
    }

    [Fact]
    public async Task It_is_rejected_and_not_queued_while_Periscope_is_down()
    {
        await using var fixture = await SandboxFixture.StartAsync(adjust: settings => settings with { MaximumRetryCount = 0 });
        fixture.InjectFault(FaultKind.Unavailable503);
        string[] ids = ["pxxl-1", "pxxl-2", "pxxl-3", " "];

        var outcome = await SendAsync(fixture, [.. ids.Select(SampleReports.Valid)]);

        Assert.Equal((null, CallFailure.InvalidReport), (outcome.Receipt, outcome.Failure!.Cause));
        Assert.Equal(3, (await (await OpenAsync()).ListPendingAsync(SandboxFixture.Ct)).Count);
        Assert.Empty(_warnings);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \t")]
    public async Task It_is_not_stored_as_a_dead_letter_and_causes_a_warning(string id)
    {
        var report = SampleReports.Valid(id);

        await (await OpenAsync()).DeadLetterAsync(report, ReportValidation.Check(report).Failure!, SandboxFixture.Ct);

        Assert.Contains("without a deploymentId", Assert.Single(_warnings), StringComparison.Ordinal);
        _warnings.Clear();
        await AssertNothingIsKeptAsync();
    }

    private async Task AssertNothingIsKeptAsync()
    {
        var outbox = await OpenAsync();
        Assert.Empty(await outbox.ListPendingAsync(SandboxFixture.Ct));
        Assert.Empty(await outbox.ListDeadLettersAsync(SandboxFixture.Ct));
        Assert.Empty(_warnings);
        Assert.Empty(Directory.GetFiles(Folder));
        Assert.Empty(Directory.GetFiles(outbox.DeadLetterFolder));
    }

    private Task<ReportOutbox> OpenAsync() => ReportOutbox.OpenAsync(Folder, SandboxFixture.Ct, warn: _warnings.Add);

    private async Task<SendOutcome> SendAsync(SandboxFixture fixture, params DeploymentReport[] reports)
    {
        using var sender = new ReportSender(
            ReportDelivery.Create(await OpenAsync(), fixture.Periscope, time: fixture.Clock),
            1,
            SandboxFixture.Ct
        );
        var outcomes = await ReportSenderExtensions.SendAllAsync(sender, reports.Select(report => (Action)(() => sender.Add(report))));
        return outcomes[^1];
    }
}
