using PxxlPeriscope.Notifications;

namespace PxxlPeriscope;

/// <summary>What somebody is to be told of a deployment, a change of it, or a budget.</summary>
public sealed record Notification
{
    /// <summary>The news in one line, without any markup.</summary>
    public required string Title { get; init; }

    /// <summary>What else there is to say, a line each.</summary>
    public IReadOnlyList<string> Details { get; init; } = [];

    /// <summary>The page in Pxxl's dashboard.</summary>
    public Uri? Link { get; init; }

    /// <summary>Whether it is good news.</summary>
    public NotificationTone Tone { get; init; }

    /// <summary>All of it in one text, without the link.</summary>
    public string Text => string.Join(". ", new[] { Title }.Concat(Details)) + ".";

    internal Deployment? Deployment { get; init; }

    internal DeploymentChange? Change { get; init; }

    internal BudgetFinding? Finding { get; init; }

    /// <summary>Of a deployment as it stands.</summary>
    public static Notification Of(Deployment deployment) => DeploymentMessage.Create(deployment, deployment.Status);

    /// <summary>Of a deployment that has come to another status.</summary>
    public static Notification Of(DeploymentChange change) =>
        DeploymentMessage.Create(change.Deployment, change.Current) with
        {
            Change = change,
        };

    /// <summary>Of a budget.</summary>
    public static Notification Of(BudgetFinding finding) => BudgetMessage.Create(finding);

    /// <inheritdoc/>
    public override string ToString() => Title;
}
