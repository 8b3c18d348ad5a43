using PxxlPeriscope.Webhooks.Receiving;

namespace PxxlPeriscope.Tests.Webhooks.Receiving;

/// <summary>Verifies the formats of prefixes.</summary>
public sealed class ListenPrefixTests
{
    [Theory]
    [InlineData("http://127.0.0.1:8787/", "127.0.0.1", 8787, "")]
    [InlineData("http://127.0.0.1:8787", "127.0.0.1", 8787, "")]
    [InlineData(" HTTP://LocalHost:8787/ ", "LocalHost", 8787, "")]
    [InlineData("http://+:8787/hooks/pxxl/", "+", 8787, "/hooks/pxxl")]
    [InlineData("http://*:8787/", "*", 8787, "")]
    [InlineData("http://[::1]:8787/", "::1", 8787, "")]
    [InlineData("http://server-1.example.com/", "server-1.example.com", 80, "")]
    [InlineData("http://localhost:1/a%20b", "localhost", 1, "/a b")]
    public void A_valid_prefix_is_parsed(string text, string host, int port, string path)
    {
        var prefix = ListenPrefix.Parse(text);

        Assert.Equal((host, port, path), (prefix.Host, prefix.Port, prefix.Path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("somewhere")]
    [InlineData("http://")]
    [InlineData("http:///path")]
    [InlineData("ftp://127.0.0.1/")]
    [InlineData("http://127.0.0.1:0/")]
    [InlineData("http://127.0.0.1:65536/")]
    [InlineData("http://127.0.0.1:x/")]
    [InlineData("http://[127.0.0.1]:8787/")]
    [InlineData("http://[::x]:8787/")]
    [InlineData("http://::1:8787/")]
    [InlineData("http://user@127.0.0.1:8787/")]
    [InlineData("http://127.0.0.1:8787/?query")]
    [InlineData("http://127.0.0.1:8787/#fragment")]
    [InlineData("http://two words:8787/")]
    public void An_invalid_prefix_is_rejected(string text) => Assert.Throws<ArgumentException>(() => ListenPrefix.Parse(text));

    [Fact]
    public void HTTPS_is_rejected_with_an_alternative()
    {
        var exception = Assert.Throws<ArgumentException>(() => ListenPrefix.Parse("https://+:8787/"));

        Assert.Contains("proxy", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://x/", "", true)]
    [InlineData("http://x/", "/any", true)]
    [InlineData("http://x/hooks", "/hooks", true)]
    [InlineData("http://x/hooks/", "/hooks/pxxl", true)]
    [InlineData("http://x/hooks/", "/hooksx", false)]
    [InlineData("http://x/hooks/", "/Hooks", false)]
    [InlineData("http://x/hooks/", "", false)]
    public void A_prefix_covers_its_path_and_the_paths_below_it(string prefix, string path, bool isCovered) =>
        Assert.Equal(isCovered, ListenPrefix.Parse(prefix).Covers(path));
}
