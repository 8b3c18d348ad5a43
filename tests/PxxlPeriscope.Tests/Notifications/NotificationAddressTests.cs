namespace PxxlPeriscope.Tests.Notifications;

/// <summary>The address of a webhook is a secret, and determines the format of the notification.</summary>
public sealed class NotificationAddressTests
{
    [Theory]
    [InlineData("https://hooks.slack.com/services/T0/B0/abc", NotificationFormat.Slack)]
    [InlineData("https://HOOKS.slack.com/workflows/T0/A0/1/abc", NotificationFormat.Slack)]
    [InlineData("https://discord.com/api/webhooks/1/abc", NotificationFormat.Discord)]
    [InlineData("https://ptb.discord.com/api/webhooks/1/abc", NotificationFormat.Discord)]
    [InlineData("https://discordapp.com/api/v10/webhooks/1/abc", NotificationFormat.Discord)]
    [InlineData("https://contoso.webhook.office.com/webhookb2/abc", NotificationFormat.Teams)]
    [InlineData("https://outlook.office.com/webhook/abc", NotificationFormat.Teams)]
    [InlineData(
        "https://prod-23.westeurope.logic.azure.com:443/workflows/abc/triggers/manual/paths/invoke?sig=abc",
        NotificationFormat.Teams
    )]
    [InlineData(
        "https://default0.0.environment.api.powerplatform.com:443/powerautomate/automations/direct/workflows/abc?sig=abc",
        NotificationFormat.Teams
    )]
    [InlineData("https://ops.example/hooks/pxxl", NotificationFormat.Json)]
    [InlineData("https://discord.com/channels/1/2", NotificationFormat.Json)]
    [InlineData("https://hooks.slack.com.evil.example/services/T0/B0/abc", NotificationFormat.Json)]
    [InlineData("https://evilwebhook.office.com/x", NotificationFormat.Json)]
    [InlineData("http://127.0.0.1:9000/x", NotificationFormat.Json)]
    public void The_host_tells_the_format(string address, NotificationFormat format) =>
        Assert.Equal(format, NotificationAddress.From(address).Format);

    [Theory]
    [InlineData("https://hooks.slack.com/services/T0/B0/abc", "https://hooks.slack.com/***")]
    [InlineData("https://ops.example:8443/?token=abc", "https://ops.example:8443/***")]
    [InlineData("http://localhost:9000/abc", "http://localhost:9000/***")]
    public void No_more_than_scheme_and_host_are_shown(string address, string shown)
    {
        var read = NotificationAddress.From(address);

        Assert.Equal(shown, read.ToString());
        Assert.All(
            typeof(NotificationAddress).GetProperties(),
            property => Assert.DoesNotContain("abc", $"{property.GetValue(read)}", StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData("")]
    [InlineData("s3cretToken")]
    [InlineData("/services/s3cretToken")]
    [InlineData("http://hooks.slack.com/services/s3cretToken")]
    [InlineData("ftp://127.0.0.1/s3cretToken")]
    [InlineData("https://jane:s3cretToken@ops.example/")]
    [InlineData("https:///s3cretToken")]
    public void An_invalid_or_unsafe_address_is_rejected_without_repeating_it(string text) =>
        Assert.DoesNotContain(
            "s3cretToken",
            Assert.Throws<FormatException>(() => NotificationAddress.From(text)).Message,
            StringComparison.Ordinal
        );
}
