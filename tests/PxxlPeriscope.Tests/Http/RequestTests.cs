using PxxlPeriscope.Http;
using PxxlPeriscope.Pxxl;

namespace PxxlPeriscope.Tests.Http;

/// <summary>The content of every request, and where it may be sent.</summary>
public sealed class RequestTests
{
    [Fact]
    public async Task Every_request_has_the_key_and_says_who_calls()
    {
        await using var fixture = await SandboxFixture.StartAsync();

        await fixture.Pxxl.GetAccountAsync(SandboxFixture.Ct);
        await fixture.Periscope.SendAsync(SampleReports.Valid(), SandboxFixture.Ct);

        Assert.All(
            fixture.Sandbox.Requests,
            request =>
            {
                Assert.True(request.HasAuthorization);
                Assert.Matches(@"^PxxlPeriscope/\d+\.\d+\.\d+$", request.UserAgent);
            }
        );
    }

    [Theory]
    [InlineData("https://evil.test/x")]
    [InlineData("http://service.example/x")]
    [InlineData("https://service.example:8443/x")]
    public async Task A_request_for_another_origin_is_stopped_before_it_gets_the_key(string address)
    {
        var end = StubHandler.Returning("{}");
        using var source = new ResilientHttpClientSource(
            SandboxFixture.Settings(new Uri("https://service.example/"), "pxxl_test", new AutoAdvancingClock()),
            () => end
        );
        using var client = source.CreateClient();

        await Assert.ThrowsAnyAsync<Exception>(() => client.GetAsync(new Uri(address), SandboxFixture.Ct));

        Assert.Equal(0, end.Requests);
    }

    [Fact]
    public async Task An_answer_in_a_compressed_form_is_read()
    {
        using var packed = new MemoryStream();
        await using (
            var zip = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionMode.Compress, leaveOpen: true)
        )
        {
            await zip.WriteAsync("""{"user":{"id":"user_1"}}"""u8.ToArray(), SandboxFixture.Ct);
        }

        await using var server = new RawServer(packed.ToArray(), "Content-Encoding: gzip\r\n");
        using var connection = new PxxlConnection(
            SandboxFixture.Settings(server.Uri, "pxxl_test", new AutoAdvancingClock()),
            "a test",
            ResilientHttpClientSource.Open
        );

        Assert.Equal("user_1", (await new PxxlClient(connection).GetAccountAsync(SandboxFixture.Ct)).UserId);
    }
}
