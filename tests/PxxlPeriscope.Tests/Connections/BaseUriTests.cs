using PxxlPeriscope.Connections;

namespace PxxlPeriscope.Tests.Connections;

/// <summary>Addresses that a key may be sent to.</summary>
public sealed class BaseUriTests
{
    [Theory]
    [InlineData("https://gateway.pxxl.dev/api/v3", "https://gateway.pxxl.dev/api/v3/")]
    [InlineData("https://gateway.pxxl.dev/api/v3/", "https://gateway.pxxl.dev/api/v3/")]
    [InlineData("  https://app.periscope.sh  ", "https://app.periscope.sh/")]
    [InlineData("HTTPS://Server.Pxxl.App/api/v3", "https://server.pxxl.app/api/v3/")]
    [InlineData("http://localhost:5000/api/v3", "http://localhost:5000/api/v3/")]
    [InlineData("http://127.0.0.1:5000", "http://127.0.0.1:5000/")]
    [InlineData("http://[::1]:5000", "http://[::1]:5000/")]
    public void An_address_that_is_safe_is_taken_and_ends_in_a_slash(string text, string expected) =>
        Assert.Equal(expected, BaseUri.Validate(ServiceName.Pxxl, text).AbsoluteUri);

    [Theory]
    [InlineData("http://gateway.pxxl.dev/api/v3/")]
    [InlineData("http://192.168.0.1/")]
    [InlineData("http://0.0.0.0/")]
    [InlineData("http://localhost.evil.test/")]
    [InlineData("http://127.0.0.1.evil.test/")]
    [InlineData("http://127.0.0.1@evil.test/")]
    public void Without_encryption_only_this_machine_is_taken(string text) =>
        Assert.Equal(CallFailure.InvalidBaseUri, Assert.Throws<ServiceException>(() => BaseUri.Validate(ServiceName.Pxxl, text)).Cause);

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("gateway.pxxl.dev")]
    [InlineData("/api/v3")]
    [InlineData("ftp://gateway.pxxl.dev/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("javascript:alert(1)")]
    [InlineData("https://user:hunter2@gateway.pxxl.dev/")]
    [InlineData("https://user@gateway.pxxl.dev/")]
    [InlineData("https://gateway.pxxl.dev/?a=b")]
    [InlineData("https://gateway.pxxl.dev/#top")]
    public void An_address_that_is_not_plain_https_is_rejected_without_repeating_a_password(string text)
    {
        var failure = Assert.Throws<ServiceException>(() => BaseUri.Validate(ServiceName.Periscope, text));

        Assert.Equal("PeriscopeInvalidBaseUri", failure.ErrorId);
        Assert.True(failure.IsFatal);
        Assert.DoesNotContain("hunter2", failure.ToString(), StringComparison.Ordinal);
    }
}
