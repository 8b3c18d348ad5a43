using PxxlPeriscope.Sandbox.Pxxl.Shape;

namespace PxxlPeriscope.Tests.Pxxl.Accounts;

/// <summary>The owner of a key.</summary>
public sealed class AccountTests
{
    [Theory]
    [InlineData(Spelling.Official, "all")]
    [InlineData(Spelling.Alternative, "deploy,analytics")]
    public async Task Both_published_formats_contain_the_owner_and_permissions_of_the_key(Spelling spelling, string scope)
    {
        await using var fixture = await SandboxFixture.StartAsync(new() { Shape = new() { Spelling = spelling } });

        var account = await fixture.Pxxl.GetAccountAsync(SandboxFixture.Ct);

        Assert.Equal(("ada@harbour-labs.example", "Ada Harbour"), (account.Email, account.Name));
        Assert.Equal((scope, "read_write"), (account.Scope, account.Permission));
        Assert.Null(account.KeyTeamId);
        Assert.Equal("ada@harbour-labs.example", account.ToString());
    }

    [Fact]
    public async Task A_response_without_a_user_is_an_error_and_not_an_empty_account()
    {
        var failure = await Assert.ThrowsAsync<ServiceException>(() =>
            SandboxFixture.PxxlOver(StubHandler.Returning("""{"success":true}""")).GetAccountAsync(SandboxFixture.Ct)
        );

        Assert.Equal(CallFailure.InvalidResponse, failure.Cause);
    }

    [Fact]
    public async Task A_wrong_key_is_reported_immediately_and_ends_the_call()
    {
        await using var fixture = await SandboxFixture.StartAsync();

        var failure = await Assert.ThrowsAsync<ServiceException>(() => fixture.PxxlWith("pxxl_wrong").GetAccountAsync(SandboxFixture.Ct));

        Assert.Equal(("PxxlUnauthorized", true), (failure.ErrorId, failure.IsFatal));
        Assert.Contains("invalid or has expired", failure.Message, StringComparison.Ordinal);
        Assert.Single(fixture.Sandbox.Requests);
    }

    [Fact]
    public async Task A_text_in_error_instead_of_message_is_read_too()
    {
        await using var fixture = await SandboxFixture.StartAsync();

        var failure = await Assert.ThrowsAsync<ServiceException>(() => fixture.PxxlWith("pxxl_wrong").GetUsageAsync(SandboxFixture.Ct));

        Assert.Contains("invalid or has expired", failure.Message, StringComparison.Ordinal);
    }
}
