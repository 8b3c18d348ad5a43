using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using PxxlPeriscope.Notifications;

namespace PxxlPeriscope.Tests.Notifications;

/// <summary>The JSON that is sent, parsed like its receiver does.</summary>
public sealed class NotificationPayloadTests
{
    private const string Link = "https://pxxl.app/dashboard/projects/proj_1/deployments/dep_1";
    private const string Headline = "checkout-api failed in production: release failed (build ok)";
    private const string FailureReason = "Promotion of the route timed out";

    /// <summary>Escaped for JSON.</summary>
    private const string Origin = """main 1a2b3c4 \"Mend the cart\" by jane, 3 min 5 s""";

    /// <summary>A commit whose message tries to notify everybody and to disguise links.</summary>
    private static readonly Deployment Hostile = NotificationTextTests.Failed with
    {
        ProjectName = "-shop_*api*",
        CommitMessage =
            "<!channel> @everyone <@U012> <https://evil.example|Open in Pxxl> [free](https://evil.example) "
            + "`x` ||y|| & \"q\" \\ {{DATE(2026-01-01T00:00:00Z)}}",
    };

    [Fact]
    public void Slack_receives_one_text_in_its_own_markup() =>
        Same(
            $$"""
            {
              "text": "*{{Headline}}*\n{{FailureReason}}\n{{Origin}}\n<{{Link}}|Open in Pxxl>",
              "unfurl_links": false,
              "unfurl_media": false
            }
            """,
            NotificationTextTests.Failed,
            NotificationFormat.Slack
        );

    [Fact]
    public void Teams_gets_an_Adaptive_Card_whose_texts_know_no_markup() =>
        Same(
            $$"""
            {
              "type": "message",
              "attachments": [{
                "contentType": "application/vnd.microsoft.card.adaptive",
                "contentUrl": null,
                "content": {
                  "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                  "type": "AdaptiveCard",
                  "version": "1.2",
                  "body": [
                    {
                      "type": "RichTextBlock",
                      "inlines": [{ "type": "TextRun", "text": "{{Headline}}", "weight": "Bolder", "color": "Attention" }]
                    },
                    { "type": "RichTextBlock", "inlines": [{ "type": "TextRun", "text": "{{FailureReason}}" }] },
                    { "type": "RichTextBlock", "inlines": [{ "type": "TextRun", "text": "{{Origin}}" }] }
                  ],
                  "actions": [{ "type": "Action.OpenUrl", "title": "Open in Pxxl", "url": "{{Link}}" }]
                }
              }]
            }
            """,
            NotificationTextTests.Failed,
            NotificationFormat.Teams
        );

    [Fact]
    public void Discord_receives_Markdown_without_mentions() =>
        Same(
            $$"""
            {
              "content": "**{{Headline}}**\n{{FailureReason}}\n{{Origin}}\n<{{Link}}>",
              "allowed_mentions": { "parse": [] },
              "flags": 4
            }
            """,
            NotificationTextTests.Failed,
            NotificationFormat.Discord
        );

    [Fact]
    public void A_program_receives_the_text_and_the_known_values_of_the_deployment() =>
        Same(
            $$"""
            {
              "event": "deployment",
              "title": "{{Headline}}",
              "text": "{{Headline}}. {{FailureReason}}. {{Origin}}.",
              "link": "{{Link}}",
              "deployment": {
                "id": "dep_1", "projectId": "proj_1", "projectName": "checkout-api",
                "status": "Failed", "rawStatus": "failed", "buildStatus": "completed", "failedPhase": "Release",
                "failureReason": "{{FailureReason}}.",
                "environment": "production", "branch": "main",
                "commitSha": "1a2b3c4d5e6f70819203a4b5c6d7e8f901234567", "commitMessage": "Mend the cart\n\nIt was broken.",
                "triggeredBy": "jane",
                "createdAt": "2026-03-14T09:00:00Z", "finishedAt": "2026-03-14T09:03:05Z", "durationSeconds": 185
              }
            }
            """,
            NotificationTextTests.Failed,
            NotificationFormat.Json
        );

    [Fact]
    public void A_program_receives_a_change_with_the_previous_status()
    {
        var change = new DeploymentChange
        {
            Deployment = NotificationTextTests.Failed,
            Previous = DeploymentStatus.InProgress,
            Current = DeploymentStatus.Failed,
            At = new DateTimeOffset(2026, 3, 14, 11, 4, 0, TimeSpan.FromHours(2)),
        };

        var json = Read(Notification.Of(change), NotificationFormat.Json);

        Assert.Equal("deployment.changed", (string?)json["event"]);
        Assert.Equal("""{"previous":"InProgress","current":"Failed","at":"2026-03-14T09:04:00Z"}""", json["change"]!.ToJsonString());
        Assert.Equal("dep_1", (string?)json["deployment"]!["id"]);
    }

    [Fact]
    public void A_program_gets_a_budget_with_its_numbers()
    {
        var json = Read(Notification.Of(NotificationTextTests.Storage(45d * 1024 * 1024 * 1024)), NotificationFormat.Json);

        Assert.Equal("budget", (string?)json["event"]);
        Assert.Equal(
            """{"metric":"ArtifactStorage","severity":"Reached","unit":"bytes","used":48318382080,"limit":42949672960,"percent":112.5}""",
            json["budget"]!.ToJsonString()
        );
        Assert.Null(json["deployment"]);
    }

    [Fact]
    public void In_Slack_foreign_text_cannot_create_links_or_mentions()
    {
        var text = (string)Read(Notification.Of(Hostile), NotificationFormat.Slack)["text"]!;

        Assert.Contains(
            "&lt;!channel&gt; @everyone &lt;@U012&gt; &lt;https://evil.example|Open in Pxxl&gt;",
            text,
            StringComparison.Ordinal
        );
        Assert.Contains("&amp; \"q\"", text, StringComparison.Ordinal);
        Assert.Equal(
            [$"<{Link}|Open in Pxxl>"],
            System.Text.RegularExpressions.Regex.Matches(text, "<[^>]*>").Select(match => match.Value)
        );
    }

    [Fact]
    public void In_Discord_foreign_text_is_not_markup()
    {
        var content = (string)Read(Notification.Of(Hostile), NotificationFormat.Discord)["content"]!;

        Assert.StartsWith(@"**\-shop\_\*api\* failed in production", content, StringComparison.Ordinal);
        Assert.Contains(@"\<!channel\> \@everyone \<\@U012\>", content, StringComparison.Ordinal);
        Assert.Contains(@"\[free\](https://evil.example) \`x\` \|\|y\|\|", content, StringComparison.Ordinal);
        Assert.EndsWith($"\n<{Link}>", content, StringComparison.Ordinal);
    }

    [Fact]
    public void In_Teams_it_is_a_run_of_plain_text()
    {
        var card = Read(Notification.Of(Hostile), NotificationFormat.Teams)["attachments"]![0]!["content"]!;

        Assert.All(card["body"]!.AsArray(), block => Assert.Equal("RichTextBlock", (string?)block!["type"]));
        Assert.Contains("<!channel> @everyone", (string?)card["body"]![2]!["inlines"]![0]!["text"], StringComparison.Ordinal);
        Assert.Null(card["msteams"]);
    }

    [Fact]
    public void Discord_is_never_sent_more_than_it_takes()
    {
        var marks = new string('*', 5000);
        var longest = Hostile with
        {
            ProjectName = marks,
            Environment = marks,
            Branch = marks,
            CommitMessage = marks,
            FailureReason = marks,
            TriggeredBy = marks,
        };

        foreach (var deployment in new[] { longest, longest with { ProjectId = new string('é', 200) } })
        {
            var content = (string)Read(Notification.Of(deployment), NotificationFormat.Discord)["content"]!;

            Assert.InRange(content.Length, 100, 2000);
            Assert.EndsWith(">", content, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(NotificationFormat.Slack)]
    [InlineData(NotificationFormat.Teams)]
    [InlineData(NotificationFormat.Discord)]
    [InlineData(NotificationFormat.Json)]
    public void Half_a_character_does_not_keep_an_alert_from_being_sent(NotificationFormat format)
    {
        // An emoji that is split by the maximum line length, and a text that was truncated by the service.
        var deployment = NotificationTextTests.Failed with
        {
            CommitMessage = new string('m', 119) + "\U0001F525 fire",
            FailureReason = "half \ud83d",
        };

        Assert.NotNull(Read(Notification.Of(deployment), format));
    }

    private static void Same(string expected, Deployment deployment, NotificationFormat format) =>
        Assert.Equal(
            JsonNode.Parse(expected)!.ToJsonString(new JsonSerializerOptions { WriteIndented = true }),
            Read(Notification.Of(deployment), format).ToJsonString(new JsonSerializerOptions { WriteIndented = true })
        );

    private static JsonNode Read(Notification notification, NotificationFormat format) =>
        JsonNode.Parse(Encoding.UTF8.GetString(NotificationPayload.Write(notification, format)))!;
}
