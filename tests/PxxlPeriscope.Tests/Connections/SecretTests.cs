using PxxlPeriscope.Http;

namespace PxxlPeriscope.Tests.Connections;

/// <summary>A key does not appear in any output.</summary>
public sealed class SecretTests
{
    [Fact]
    public void It_prints_as_stars_and_has_no_public_property_or_field()
    {
        var secret = Secret.From("pxxl_very-secret");

        Assert.Equal("***", secret.ToString());
        Assert.Equal("***", $"{secret}");
        Assert.Empty(typeof(Secret).GetProperties());
        Assert.Empty(typeof(Secret).GetFields());
        Assert.DoesNotContain("very", System.Text.Json.JsonSerializer.Serialize(secret), StringComparison.Ordinal);
    }

    [Fact]
    public void Surrounding_white_space_is_removed_from_a_key() => Assert.Equal("pxxl_key", Secret.From("  pxxl_key\r\n").Reveal());

    [Theory]
    [InlineData("")]
    [InlineData("  \t ")]
    [InlineData("pxxl key")]
    [InlineData("pxxl_key\r\nX-Injected: yes")]
    [InlineData("pxxl_key\0")]
    [InlineData("pxxl_k\u00e9y")]
    public void An_invalid_key_is_rejected_without_repeating_it(string text)
    {
        var refused = Assert.Throws<ArgumentException>(() => Secret.From(text));

        Assert.DoesNotContain("pxxl", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_signing_secret_is_taken_as_it_is() =>
        Assert.Equal(" with space \u00e9", Secret.FromExactly(" with space \u00e9").Reveal());

    [Fact]
    public void Settings_and_connections_do_not_show_it()
    {
        var settings = SandboxFixture.Settings(new Uri("https://service.example/"), "pxxl_very-secret", TimeProvider.System);
        using var connection = new PxxlConnection(settings, "a test", PxxlPeriscope.Http.ResilientHttpClientSource.Open);

        Assert.DoesNotContain("very", settings.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("very", connection.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(
            typeof(PxxlConnection).GetProperties().Select(property => property.PropertyType),
            type => type == typeof(Secret) || type == typeof(HttpClientSettings)
        );
    }
}
