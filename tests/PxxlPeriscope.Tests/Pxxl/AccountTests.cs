using PxxlPeriscope.Sandbox;

namespace PxxlPeriscope.Tests;

/// <summary>Whom a key belongs to.</summary>
public sealed class AccountTests
{
    [Theory]
    [InlineData(Spelling.Official, "all")]
    [InlineData(Spelling.Alternative, "deploy,analytics")]
    public async Task Both_published_shapes_tell_the_owner_and_what_the_key_may_do(Spelling spelling, string scope)
    {
        await using var world = await World.StartAsync(new() { Shape = new() { Spelling = spelling } });

        var account = await world.Pxxl.GetAccountAsync(World.Ct);

        Assert.Equal(("ada@harbour-labs.example", "Ada Harbour"), (account.Email, account.Name));
        Assert.Equal((scope, "read_write"), (account.Scope, account.Permission));
        Assert.Null(account.KeyTeamId);
        Assert.Equal("ada@harbour-labs.example", account.ToString());
    }

    [Fact]
    public async Task An_answer_that_names_nobody_is_an_error_not_an_empty_account()
    {
        var failure = await Assert.ThrowsAsync<ServiceException>(
            () => World.PxxlAbove(StubHandler.Saying("""{"success":true}""")).GetAccountAsync(World.Ct));

        Assert.Equal(FailureCause.InvalidResponse, failure.Cause);
    }

    [Fact]
    public async Task A_wrong_key_is_told_at_once_and_ends_the_call()
    {
        await using var world = await World.StartAsync();

        var failure = await Assert.ThrowsAsync<ServiceException>(() => world.PxxlWith("pxxl_wrong").GetAccountAsync(World.Ct));

        Assert.Equal(("PxxlUnauthorized", true), (failure.ErrorId, failure.EndsTheCall));
        Assert.Contains("invalid or has expired", failure.Message, StringComparison.Ordinal);
        Assert.Single(world.Sandbox.Requests);
    }

    [Fact]
    public async Task A_text_in_error_instead_of_message_is_read_too()
    {
        await using var world = await World.StartAsync();

        var failure = await Assert.ThrowsAsync<ServiceException>(() => world.PxxlWith("pxxl_wrong").GetUsageAsync(World.Ct));

        Assert.Contains("invalid or has expired", failure.Message, StringComparison.Ordinal);
    }
}
