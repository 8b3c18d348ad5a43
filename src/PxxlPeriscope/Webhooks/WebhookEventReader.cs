using System.Text;
using System.Text.Json;
using PxxlPeriscope.Json;
using PxxlPeriscope.Pxxl.Deployments;
using PxxlPeriscope.Webhooks.Signatures;

namespace PxxlPeriscope.Webhooks;

/// <summary>Reads the event of a verified webhook. (docs/facts/pxxl-api.md, "Webhooks".)</summary>
public static class WebhookEventReader
{
    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "project.created",
        "project.updated",
        "project.deleted",
        "deployment.created",
        "deployment.status_changed",
        "redeployment.queued",
        "github.deployment",
        "environment.updated",
        "user.profile_updated",
        "oauth.authorized",
        "oauth.denied",
        "oauth.revoked",
        "oauth.test",
    };

    private static readonly string[] DeploymentCategories = ["deployment", "redeployment", "github"];

    /// <summary>Reads the event.</summary>
    /// <exception cref="FormatException">The webhook is not an event: the body is not a JSON object, there is no name, or an unsigned
    /// header contradicts the signed body.</exception>
    public static PxxlWebhookEvent Read(WebhookRequest request, SignatureCheck check)
    {
        var root = Parse(request.Body);
        var name = Name(request, root);
        var dot = name.IndexOf('.');
        var category = name.Substring(0, dot);
        var isAboutDeployment = DeploymentCategories.Contains(category);
        return new PxxlWebhookEvent
        {
            Name = name,
            Category = category,
            Action = name.Substring(dot + 1),
            IsKnown = Known.Contains(name),
            // Not every scheme signs the time in the header, but every one signs that in the body.
            Timestamp = root.GetMember("timestamp")?.AsTimestamp() ?? WebhookSignature.ParseTimestamp(request.Timestamp ?? string.Empty),
            Deployment = isAboutDeployment ? Deployment(root) : null,
            PreviousStatus = isAboutDeployment ? Member(root, "previousStatus", "oldStatus", "from")?.AsText() : null,
            Data = (root.GetMember("data", "payload") ?? root).ToPlainObject() as Dictionary<string, object?> ?? [],
            RawBody = Encoding.UTF8.GetString(request.Body),
            Scheme = check.Scheme ?? SignatureScheme.Auto,
        };
    }

    private static JsonElement Parse(byte[] body)
    {
        try
        {
            using var json = TolerantJson.Parse(body);
            return json.RootElement.ValueKind == JsonValueKind.Object
                ? json.RootElement.Clone()
                : throw new FormatException("The body is not a JSON object.");
        }
        catch (JsonException)
        {
            throw new FormatException("The body is not valid JSON.");
        }
    }

    /// <summary>
    /// The name in the signed body takes precedence over the headers, which no scheme signs. A header that contradicts it was changed in
    /// transit.
    /// </summary>
    private static string Name(WebhookRequest request, JsonElement root)
    {
        var (category, action) = (Word(request.Event), Word(request.ActionType));
        var header =
            category is null ? action
            : category.Contains('.') || action is null ? category
            : action.Contains('.') ? action
            : $"{category}.{action}";
        var body = Word(root.GetMember("event")?.AsText());
        var isSame =
            header is null
            || body is null
            || body == header
            || (!body.Contains('.') && (body == category || body == action))
            || (
                !header.Contains('.')
                && (body.StartsWith(header + ".", StringComparison.Ordinal) || body.EndsWith("." + header, StringComparison.Ordinal))
            );
        if (!isSame)
        {
            throw new FormatException("The header X-Pxxl-Event does not match the event in the signed body.");
        }

        var name = body is null || (header is not null && header.Contains('.')) ? header : body;
        return name is null ? throw new FormatException("Neither the headers nor the body contain an event name.")
            : name.Any(c => c is not ((>= 'a' and <= 'z') or (>= '0' and <= '9') or '.' or '_' or '-'))
                ? throw new FormatException("The event's name contains invalid characters.")
            : name.Contains('.')
                ? name.Trim('.') is var trimmed && trimmed.Contains('.') ? trimmed
                    : throw new FormatException("The event's name is incomplete.")
            : name + ".unknown";
    }

    private static string? Word(string? text) => string.IsNullOrWhiteSpace(text) ? null : text!.Trim().ToLowerInvariant();

    private static Deployment? Deployment(JsonElement root)
    {
        var data = root.GetMember("data", "payload") ?? root;
        var row = data.GetMember("deployment") ?? root.GetMember("deployment") ?? data;
        if (row.ValueKind == JsonValueKind.String)
        {
            row = data;
        }

        var project = data.GetMember("project") ?? default;
        return new DeploymentReader().Read(row) is not { } read
            ? null
            : read.Completed(
                Member(root, "status", "deploymentStatus", "newStatus", "currentStatus", "to")?.AsText(),
                data.GetMember("projectId", "project_id")?.AsText() ?? project.GetMember("id")?.AsText(),
                data.GetMember("projectName", "project_name")?.AsText() ?? project.GetMember("name")?.AsText()
            );
    }

    /// <summary>Returns a field of the event itself, wherever the envelope contains it.</summary>
    private static JsonElement? Member(JsonElement root, params ReadOnlySpan<string> names)
    {
        var data = root.GetMember("data", "payload") ?? default;
        return data.GetMember(names) ?? (data.GetMember("deployment") ?? default).GetMember(names) ?? root.GetMember(names);
    }
}
