using PxxlPeriscope.Notifications;

namespace PxxlPeriscope;

/// <summary>A notification about a deployment, a status change or a budget.</summary>
internal sealed record Notification
{
    /// <summary>The subject in one line, without markup.</summary>
    public required string Title { get; init; }

    /// <summary>Further details, one line each.</summary>
    public IReadOnlyList<string> Details { get; init; } = [];

    /// <summary>The page in the Pxxl dashboard.</summary>
    public Uri? Link { get; init; }

    /// <summary>The tone of the notification.</summary>
    public NotificationTone Tone { get; init; }

    /// <summary>The title and the details as one text, without the link.</summary>
    public string Text => string.Join(". ", new[] { Title }.Concat(Details)) + ".";

    internal Deployment? Deployment { get; init; }

    internal DeploymentChange? Change { get; init; }

    internal BudgetFinding? Finding { get; init; }

    /// <summary>Creates a notification about the current status of a deployment.</summary>
    public static Notification Of(Deployment deployment) => DeploymentMessage.Create(deployment, deployment.Status);

    /// <summary>Creates a notification about a status change.</summary>
    public static Notification Of(DeploymentChange change) =>
        DeploymentMessage.Create(change.Deployment, change.Current) with
        {
            Change = change,
        };

    /// <summary>Creates a notification about a budget.</summary>
    public static Notification Of(BudgetFinding finding) => BudgetMessage.Create(finding);

    /// <inheritdoc/>
    public override string ToString() => Title;
}
