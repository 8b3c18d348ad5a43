using PxxlPeriscope.Periscope;

namespace PxxlPeriscope.Tests.Periscope;

/// <summary>Where a key is found if none is specified.</summary>
public sealed class PeriscopeKeyResolverTests
{
    private readonly Dictionary<string, string> _environment = [];

    private PeriscopeKeyResolver Search => new(_environment.GetValueOrDefault);

    [Fact]
    public void Without_any_source_there_is_no_key()
    {
        _environment["PERISCOPE_API_KEY"] = "  ";

        Assert.Null(Search.Find());
        Assert.Equal("https://app.periscope.sh/", Search.BaseUri);
    }

    [Fact]
    public void The_key_and_address_come_from_the_environment()
    {
        _environment["PERISCOPE_API_KEY"] = " psk_live_x\n";
        _environment["PERISCOPE_API_URL"] = " https://periscope.example/ ";

        var found = Search.Find()!.Value;

        Assert.Equal(("psk_live_x", "environment variable PERISCOPE_API_KEY"), (found.Key.Reveal(), found.Source));
        Assert.Equal("https://periscope.example/", Search.BaseUri);
    }

    [Fact]
    public void An_unusable_key_is_an_error_that_does_not_repeat_it()
    {
        _environment["PERISCOPE_API_KEY"] = "psk_live very-secret";

        var failure = Assert.Throws<ServiceException>(() => Search.Find());

        Assert.Equal("PeriscopeNotConnected", failure.ErrorId);
        Assert.DoesNotContain("very-secret", failure.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("psk_live_x", false)]
    [InlineData("psk_test_x", false)]
    [InlineData("pxxl_x", true)]
    public void Only_the_prefix_tells_a_foreign_key(string key, bool isForeign) =>
        Assert.Equal(isForeign, PeriscopeKeyResolver.IsKeyOfAnotherService(Secret.From(key)));
}
