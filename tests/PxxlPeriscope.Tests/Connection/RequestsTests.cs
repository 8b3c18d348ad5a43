using PxxlPeriscope.Http;

namespace PxxlPeriscope.Tests;

/// <summary>What every request carries, and where it may go.</summary>
public sealed class RequestsTests
{
    [Fact]
    public async Task Every_request_has_the_key_and_says_who_calls()
    {
        await using var world = await World.StartAsync();

        await world.Pxxl.GetAccountAsync(World.Ct);
        await world.Periscope.SendAsync(Reports.Valid(), World.Ct);

        Assert.All(world.Sandbox.Requests, request =>
        {
            Assert.True(request.HasAuthorization);
            Assert.Matches(@"^PxxlPeriscope/\d+\.\d+\.\d+$", request.UserAgent);
        });
    }

    [Theory]
    [InlineData("https://evil.test/x")]
    [InlineData("http://service.example/x")]
    [InlineData("https://service.example:8443/x")]
    public async Task A_request_for_another_origin_is_stopped_before_it_gets_the_key(string address)
    {
        var end = StubHandler.Saying("{}");
        using var source = new ResilientHttpClientSource(
            World.Settings(new Uri("https://service.example/"), "pxxl_test", new JumpingClock()), () => end);
        using var client = source.CreateClient();

        await Assert.ThrowsAnyAsync<Exception>(() => client.GetAsync(new Uri(address), World.Ct));

        Assert.Equal(0, end.Requests);
    }

    [Fact]
    public async Task An_answer_in_a_compressed_form_is_read()
    {
        using var packed = new MemoryStream();
        await using (var zip = new System.IO.Compression.GZipStream(
            packed, System.IO.Compression.CompressionMode.Compress, leaveOpen: true))
        {
            await zip.WriteAsync("""{"user":{"id":"user_1"}}"""u8.ToArray(), World.Ct);
        }

        await using var server = new RawServer(packed.ToArray(), "Content-Encoding: gzip\r\n");
        using var connection = new PxxlConnection(
            World.Settings(server.Uri, "pxxl_test", new JumpingClock()), "a test", ResilientHttpClientSource.Open);

        Assert.Equal("user_1", (await new PxxlClient(connection).GetAccountAsync(World.Ct)).UserId);
    }
}
