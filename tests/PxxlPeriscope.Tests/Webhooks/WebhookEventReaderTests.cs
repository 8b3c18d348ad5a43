namespace PxxlPeriscope.Tests.Webhooks;

/// <summary>Reading events in every published or expected format.</summary>
public sealed class WebhookEventReaderTests
{
    private const long Seconds = 1716723456;
    private static readonly DateTimeOffset Moment = DateTimeOffset.FromUnixTimeSeconds(Seconds);

    /// <summary>Every event in docs/facts/pxxl-api.md, with both headers as sent.</summary>
    public static TheoryData<string, string, string> Published =>
        new()
        {
            { "project.created", "project", "created" },
            { "project.updated", "project", "updated" },
            { "project.deleted", "project", "deleted" },
            { "deployment.created", "deployment", "created" },
            { "deployment.status_changed", "deployment", "status_changed" },
            { "redeployment.queued", "redeployment", "queued" },
            { "github.deployment", "github", "deployment" },
            { "environment.updated", "environment", "updated" },
            { "user.profile_updated", "user", "profile_updated" },
            { "oauth.authorized", "oauth.authorized", "oauth.authorized" },
            { "oauth.denied", "oauth.denied", "oauth.denied" },
            { "oauth.revoked", "oauth.revoked", "oauth.revoked" },
            { "oauth.test", "oauth.test", "oauth.test" },
        };

    [Theory]
    [MemberData(nameof(Published))]
    public void Every_published_event_is_known_by_its_headers_by_its_body_and_by_both(string name, string category, string action)
    {
        var body = $$"""{"event":"{{name}}","timestamp":{{Seconds}},"data":{} }""";
        PxxlWebhookEvent[] readings =
        [
            SignedWebhook.ReadEvent("{}", category, action),
            SignedWebhook.ReadEvent(body),
            SignedWebhook.ReadEvent(body, category, action),
            SignedWebhook.ReadEvent(body, name, name),
            SignedWebhook.ReadEvent("{}", name),
            SignedWebhook.ReadEvent("{}", name.ToUpperInvariant(), $" {action} "),
        ];

        Assert.All(
            readings,
            reading =>
                Assert.Equal(
                    (name, name.Split('.')[0], name.Split('.')[1], true),
                    (reading.Name, reading.Category, reading.Action, reading.IsKnown)
                )
        );
    }

    [Theory]
    [InlineData("billing.paid", "billing", "paid")]
    [InlineData("deployment.promoted", "deployment", "promoted")]
    [InlineData("a.b.c", "a", "b.c")]
    [InlineData("deployment", "deployment", "unknown")]
    [InlineData("  Billing.Paid ", "billing", "paid")]
    public void An_event_that_nobody_has_published_passes_through_as_unknown(string name, string category, string action)
    {
        var read = SignedWebhook.ReadEvent($$"""{"event":"{{name}}","data":{"id":"x"} }""");

        Assert.Equal((category, action, false), (read.Category, read.Action, read.IsKnown));
        Assert.Equal($"{category}.{action}", read.Name);
        Assert.Equal("x", read.Data["id"]);
    }

    [Theory]
    [InlineData("deployment", null, "deployment.unknown")]
    [InlineData("deployment", "", "deployment.unknown")]
    [InlineData(null, "oauth.test", "oauth.test")]
    [InlineData("deployment", "deployment.created", "deployment.created")]
    [InlineData("deployment.created", "created", "deployment.created")]
    [InlineData("Deployment", "Status_Changed", "deployment.status_changed")]
    public void The_headers_alone_name_an_event_too(string? category, string? action, string name)
    {
        Assert.Equal(name, SignedWebhook.ReadEvent("""{"data":{}}""", category, action).Name);
    }

    [Theory]
    [InlineData("status_changed", "deployment", "status_changed")]
    [InlineData("deployment", "deployment", "status_changed")]
    [InlineData("deployment.status_changed", "deployment", "status_changed")]
    [InlineData("DEPLOYMENT.status_changed", "deployment.status_changed", "deployment.status_changed")]
    public void A_body_that_names_part_of_what_the_headers_name_agrees_with_them(string inBody, string category, string action)
    {
        Assert.Equal("deployment.status_changed", SignedWebhook.ReadEvent($$"""{"event":"{{inBody}}"}""", category, action).Name);
    }

    [Theory]
    [InlineData("deployment.created", "deployment", "status_changed")]
    [InlineData("deployment.created", "project", "created")]
    [InlineData("deployment.created", "oauth.test", "oauth.test")]
    [InlineData("created", "deployment", "status_changed")]
    public void A_header_that_contradicts_the_signed_body_is_rejected(string inBody, string category, string action)
    {
        Assert.Throws<FormatException>(() => SignedWebhook.ReadEvent($$"""{"event":"{{inBody}}"}""", category, action));
    }

    [Theory]
    [InlineData("project", null)]
    [InlineData("deploy", null)]
    [InlineData(null, "created")]
    [InlineData(null, "changed")]
    public void A_single_header_that_contradicts_the_signed_body_is_rejected(string? category, string? action)
    {
        Assert.Throws<FormatException>(() => SignedWebhook.ReadEvent("""{"event":"deployment.status_changed"}""", category, action));
    }

    [Fact]
    public void The_matching_scheme_is_returned()
    {
        Assert.Equal(SignatureScheme.HashedSecret, SignedWebhook.ReadEvent("""{"event":"deployment.created"}""").Scheme);
    }

    [Theory]
    [InlineData("deployment", null)]
    [InlineData(null, "status_changed")]
    public void A_single_header_that_says_part_of_what_the_signed_body_says_agrees_with_it(string? category, string? action)
    {
        Assert.Equal("deployment.status_changed", SignedWebhook.ReadEvent(SignedWebhook.Body(), category, action).Name);
    }

    [Fact]
    public void An_authorisation_has_its_code_user_and_scopes()
    {
        var read = SignedWebhook.ReadEvent(
            """{"event":"oauth.authorized","timestamp":1716723456,"data":{"code":"c_1","userId":"user_1","scopes":["deploy","read"]}}""",
            "oauth.authorized",
            "oauth.authorized"
        );

        Assert.Equal(("oauth.authorized", Moment, null), (read.Name, read.Timestamp, read.Deployment));
        Assert.Equal(["code", "scopes", "userId"], read.Data.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(("c_1", "user_1"), (read.Data["code"], read.Data["userId"]));
        Assert.Equal(["deploy", "read"], Assert.IsType<object[]>(read.Data["scopes"]));
    }

    [Fact]
    public void A_denial_has_its_reason_and_moment()
    {
        var read = SignedWebhook.ReadEvent(
            """
            {"event":"oauth.denied","timestamp":1716723456,"data":{"userId":"user_1","scopes":["all"],
            "redirectUri":"https://a.example/cb","reason":"access_denied","deniedAt":"2024-05-26T11:37:36Z"}}
            """
        );

        Assert.Equal(
            ("user_1", "https://a.example/cb", "access_denied", "2024-05-26T11:37:36Z"),
            (read.Data["userId"], read.Data["redirectUri"], read.Data["reason"], read.Data["deniedAt"])
        );
    }

    [Fact]
    public void A_revocation_has_its_reason_and_moment()
    {
        var read = SignedWebhook.ReadEvent(
            """
            {"event":"oauth.revoked","timestamp":1716723456,
            "data":{"userId":"user_1","scopes":[],"reason":"user_revoked","revokedAt":"2024-05-26T11:37:36Z"}}
            """
        );

        Assert.Equal(("user_revoked", "2024-05-26T11:37:36Z"), (read.Data["reason"], read.Data["revokedAt"]));
        Assert.Empty(Assert.IsType<object[]>(read.Data["scopes"]));
    }

    [Theory]
    [InlineData("""{"event":"deployment.status_changed","data":{"deployment":{"id":"dep_1","status":"failed"}}}""")]
    [InlineData("""{"event":"deployment.status_changed","data":{"id":"dep_1","status":"failed"}}""")]
    [InlineData("""{"event":"deployment.status_changed","deployment":{"id":"dep_1","status":"failed"}}""")]
    [InlineData("""{"event":"deployment.status_changed","payload":{"id":"dep_1","status":"failed"}}""")]
    [InlineData("""{"event":"deployment.status_changed","payload":{"deployment":{"id":"dep_1","status":"failed"}}}""")]
    [InlineData("""{"event":"deployment.status_changed","id":"dep_1","status":"failed"}""")]
    [InlineData("""{"event":"deployment.status_changed","deployment":{"id":"dep_1","status":"failed"},"data":{}}""")]
    [InlineData("""{"event":"deployment.status_changed","deploymentId":"dep_1","status":"failed"}""")]
    [InlineData("""{"event":"deployment.status_changed","data":{"deploymentId":"dep_1","deploymentStatus":"failed"}}""")]
    [InlineData("""{"event":"deployment.status_changed","data":{"deployment":{"id":"dep_1"},"status":"failed"}}""")]
    [InlineData("""{"event":"deployment.status_changed","data":{"deployment":{"id":"dep_1"}},"status":"failed"}""")]
    public void A_deployment_is_found_wherever_it_may_be(string body)
    {
        var deployment = SignedWebhook.ReadEvent(body).Deployment;

        Assert.Equal(("dep_1", DeploymentStatus.Failed, "failed"), (deployment?.Id, deployment?.Status, deployment?.RawStatus));
    }

    [Theory]
    [InlineData("status")]
    [InlineData("deploymentStatus")]
    [InlineData("newStatus")]
    [InlineData("currentStatus")]
    [InlineData("to")]
    public void The_new_status_is_found_under_every_name(string name)
    {
        Assert.All(
            [
                $$"""{"event":"deployment.status_changed","data":{"id":"dep_1","{{name}}":"succeeded"} }""",
                $$"""{"event":"deployment.status_changed","data":{"deployment":{"id":"dep_1"},"{{name}}":"succeeded"} }""",
                $$"""{"event":"deployment.status_changed","data":{"deployment":{"id":"dep_1","{{name}}":"succeeded"} } }""",
            ],
            body =>
                Assert.Equal(
                    (DeploymentStatus.Success, "succeeded"),
                    (SignedWebhook.ReadEvent(body).Deployment!.Status, SignedWebhook.ReadEvent(body).Deployment!.RawStatus)
                )
        );
    }

    [Fact]
    public void A_completed_build_is_not_a_release_yet()
    {
        var deployment = SignedWebhook
            .ReadEvent("""{"event":"deployment.status_changed","data":{"id":"dep_1","buildStatus":"completed"}}""")
            .Deployment!;

        Assert.Equal((DeploymentStatus.InProgress, "completed"), (deployment.Status, deployment.BuildStatus));
    }

    [Theory]
    [InlineData("previousStatus")]
    [InlineData("oldStatus")]
    [InlineData("from")]
    public void The_status_before_is_found_under_every_name(string name)
    {
        Assert.Equal(
            "building",
            SignedWebhook
                .ReadEvent($$"""{"event":"deployment.status_changed","data":{"id":"dep_1","{{name}}":"building"} }""")
                .PreviousStatus
        );
        Assert.Equal(
            "building",
            SignedWebhook.ReadEvent($$"""{"event":"deployment.status_changed","id":"dep_1","{{name}}":"building"}""").PreviousStatus
        );
    }

    [Theory]
    [InlineData("""{"event":"deployment.created","data":{"deployment":{"id":"dep_1"},"project":{"id":"proj_1","name":"shop"}}}""")]
    [InlineData("""{"event":"deployment.created","data":{"deployment":{"id":"dep_1"},"projectId":"proj_1","projectName":"shop"}}""")]
    [InlineData("""{"event":"deployment.created","data":{"deployment":{"id":"dep_1","projectId":"proj_1"},"projectName":"shop"}}""")]
    [InlineData("""{"event":"deployment.created","data":{"deployment":{"id":"dep_1","project":{"id":"proj_1","name":"shop"}}}}""")]
    [InlineData("""{"event":"deployment.created","data":{"id":"dep_1","project":{"id":"proj_1","name":"shop"}}}""")]
    public void The_project_is_found_in_the_deployment_and_beside_it(string body)
    {
        var read = SignedWebhook.ReadEvent(body);

        Assert.Equal(("proj_1", "shop", "proj_1"), (read.Deployment?.ProjectId, read.Deployment?.ProjectName, read.ProjectId));
    }

    [Theory]
    [InlineData("project.created")]
    [InlineData("project.deleted")]
    [InlineData("environment.updated")]
    [InlineData("user.profile_updated")]
    [InlineData("oauth.test")]
    [InlineData("billing.paid")]
    public void An_event_about_something_else_has_no_deployment_whatever_its_body_contains(string name)
    {
        var read = SignedWebhook.ReadEvent(
            $$"""{"event":"{{name}}","data":{"id":"proj_1","status":"failed","deployment":{"id":"dep_1"} } }"""
        );

        Assert.Equal((null, null), (read.Deployment, read.PreviousStatus));
    }

    [Theory]
    [InlineData("deployment.created")]
    [InlineData("redeployment.queued")]
    [InlineData("github.deployment")]
    [InlineData("deployment.promoted")]
    public void An_event_about_a_deployment_has_it(string name)
    {
        Assert.Equal("dep_1", SignedWebhook.ReadEvent($$"""{"event":"{{name}}","data":{"id":"dep_1"} }""").Deployment?.Id);
    }

    [Theory]
    [InlineData("""{"event":"deployment.created"}""")]
    [InlineData("""{"event":"deployment.created","data":null}""")]
    [InlineData("""{"event":"deployment.created","data":"text"}""")]
    [InlineData("""{"event":"deployment.created","data":[{"id":"dep_1"}]}""")]
    [InlineData("""{"event":"deployment.created","data":{"deployment":{"status":"failed"}}}""")]
    public void A_deployment_without_an_id_is_ignored(string body)
    {
        Assert.Null(SignedWebhook.ReadEvent(body).Deployment);
    }

    [Theory]
    [InlineData("1716723456")]
    [InlineData("1716723456000")]
    [InlineData("\"1716723456\"")]
    [InlineData("\"2024-05-26T11:37:36Z\"")]
    [InlineData("\"2024-05-26T13:37:36+02:00\"")]
    public void The_time_comes_from_the_signed_body_and_not_from_the_header(string timestamp)
    {
        Assert.Equal(
            Moment,
            SignedWebhook.ReadEvent($$"""{"event":"oauth.test","timestamp":{{timestamp}}}""", timestampHeader: "1").Timestamp
        );
    }

    [Fact]
    public void The_time_comes_from_the_header_where_the_body_has_none()
    {
        Assert.Equal(Moment, SignedWebhook.ReadEvent("""{"event":"oauth.test"}""", timestampHeader: "1716723456").Timestamp);
        Assert.Null(SignedWebhook.ReadEvent("""{"event":"oauth.test"}""").Timestamp);
    }

    [Fact]
    public void The_data_is_what_the_JSON_has()
    {
        var data = SignedWebhook.ReadEvent("""{"event":"x.y","data":{"n":3,"f":1.5,"t":true,"z":null,"o":{"a":["b",{"c":false}]}}}""").Data;

        Assert.Equal([3L, 1.5, true, null], [data["n"], data["f"], data["t"], data["z"]]);
        var list = Assert.IsType<object[]>(Assert.IsType<Dictionary<string, object?>>(data["o"])["a"]);
        Assert.Equal("b", list[0]);
        Assert.Equal(false, Assert.IsType<Dictionary<string, object?>>(list[1])["c"]);
    }

    [Fact]
    public void The_raw_body_is_what_was_signed()
    {
        const string Body = "{\r\n \"event\" : \"x.y\", \"data\":{ \"note\":\"größer 配置 🚀\" } }\n";

        Assert.Equal(Body, SignedWebhook.ReadEvent(Body).RawBody);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("no json")]
    [InlineData("{\"event\":\"x.y\"")]
    [InlineData("""{"event":"x.y"} more""")]
    [InlineData("""["x.y"]""")]
    [InlineData("\"x.y\"")]
    [InlineData("null")]
    [InlineData("42")]
    [InlineData("{}")]
    [InlineData("""{"event":""}""")]
    [InlineData("""{"event":null}""")]
    [InlineData("""{"event":{"name":"x.y"}}""")]
    [InlineData("""{"event":"."}""")]
    [InlineData("""{"event":"x."}""")]
    [InlineData("""{"event":".x"}""")]
    [InlineData("""{"event":"x.y z"}""")]
    [InlineData("""{"event":"x.\u001b[31m"}""")]
    [InlineData("""{"event":"x.é"}""")]
    public void A_body_that_is_not_an_event_is_malformed(string body)
    {
        Assert.Throws<FormatException>(() => SignedWebhook.ReadEvent(body));
    }

    [Fact]
    public void A_body_that_is_nested_without_end_is_malformed()
    {
        Assert.Throws<FormatException>(() => SignedWebhook.ReadEvent(string.Concat(Enumerable.Repeat("{\"event\":", 5000))));
    }

    [Theory]
    [InlineData("""{"event":"deployment.created","data":{"id":"dep_1","commitMessage":"cut off \ud83d"}}""")]
    [InlineData("""{"event":"deployment.created","data":{"id":"dep_1","note":"\udc00"}}""")]
    public void A_truncated_character_does_not_lose_the_deployment(string body)
    {
        // JavaScript produces this when it truncates a text within an emoji.
        Assert.Equal("dep_1", SignedWebhook.ReadEvent(body).Deployment?.Id);
    }

    [Fact]
    public void Bytes_that_are_not_text_are_handled()
    {
        AssertReadOrMalformed("""{"event":"x.\ud83d"}"""u8.ToArray());
        AssertReadOrMalformed([
            .. """{"event":"deployment.created","data":{"id":"dep_1","note":"""u8,
            (byte)'"',
            0xFF,
            0xFE,
            (byte)'"',
            .. "}}"u8,
        ]);
    }

    private static void AssertReadOrMalformed(byte[] body)
    {
        if (Record.Exception(() => SignedWebhook.ReadEvent(body)) is { } refusal)
        {
            Assert.IsType<FormatException>(refusal);
        }
    }
}
