using System.Management.Automation;

namespace PxxlPeriscope.PowerShell.Errors;

/// <summary>
/// Creates all error records of the module. Each has a stable id, a category, the object that caused it and a recommended action.
/// </summary>
internal static class ErrorRecords
{
    private static readonly Dictionary<Enum, (ErrorCategory Category, Func<ServiceException, string> Advice)> ByCause = new()
    {
        [CallFailure.NotConnected] = (
            ErrorCategory.ConnectionError,
            failure =>
                failure.Service == ServiceName.Pxxl
                    ? "Run Connect-Pxxl -ApiKey (Read-Host -AsSecureString), or set the PXXL_API_KEY environment variable."
                    : "Run Connect-Periscope -ApiKey (Read-Host -AsSecureString), or set the PERISCOPE_API_KEY environment variable."
        ),
        [CallFailure.InvalidBaseUri] = (
            ErrorCategory.InvalidArgument,
            failure =>
                failure.Service == ServiceName.Pxxl
                    ? $"Specify an https:// address with Connect-Pxxl -BaseUri or PXXL_API_URL, such as {PxxlConnection.DefaultBaseUri}"
                    : "Specify an https:// address with Connect-Periscope -BaseUri or PERISCOPE_API_URL, "
                        + $"such as {PeriscopeConnection.DefaultBaseUri}"
        ),
        [CallFailure.InvalidId] = (ErrorCategory.InvalidArgument, _ => "Specify an id that Get-PxxlDeployment or Get-PxxlProject shows."),
        [CallFailure.InvalidPath] = (
            ErrorCategory.InvalidArgument,
            _ => "Specify a path relative to the base URI, such as cli/deployments or teams."
        ),
        [CallFailure.AmbiguousName] = (ErrorCategory.InvalidArgument, _ => "Specify the project id instead of the name."),
        [CallFailure.Unauthorized] = (
            ErrorCategory.AuthenticationError,
            failure =>
                failure.Service == ServiceName.Pxxl
                    ? "Run Get-PxxlConnection to see where the key comes from. "
                        + "Keys can expire; create a key in the Pxxl dashboard under API Keys."
                    : "Run Get-PeriscopeConnection to see where the key comes from. "
                        + "Create a key in the Periscope dashboard under Settings > Deployments."
        ),
        [CallFailure.Forbidden] = (
            ErrorCategory.PermissionDenied,
            failure =>
                failure.Service == ServiceName.Pxxl
                    ? "Run Connect-Pxxl to see the scope and permission of the key. "
                        + "The plan or the IP address of this machine can also be the reason."
                    : "Omit the organization slug, or use a key of that organization."
        ),
        [CallFailure.PlanLimit] = (
            ErrorCategory.LimitsExceeded,
            failure =>
                $"Free up resources, or change to {(failure.RequiredPlan is { } plan ? $"the {plan} plan" : "a plan that allows more")} "
                + "in the Pxxl dashboard. Run Get-PxxlUsage to see the current usage."
        ),
        [CallFailure.NotFound] = (
            ErrorCategory.ObjectNotFound,
            _ =>
                "Check the id. If it is correct, the account or the team may be wrong: Get-PxxlConnection shows the current ones, and "
                + "Get-PxxlTeam lists the teams. Select a team with -TeamId, Connect-Pxxl -TeamId or PXXL_TEAM_ID."
        ),
        [CallFailure.WrongBaseUri] = (
            ErrorCategory.ConnectionError,
            failure =>
                failure.Service == ServiceName.Pxxl
                    ? "If you specified a path, check it. Otherwise, try another base URI that Pxxl has published, "
                        + $"with Connect-Pxxl -BaseUri or PXXL_API_URL: {string.Join(", ", PxxlConnection.KnownBaseUris)}"
                    : "Check Connect-Periscope -BaseUri and PERISCOPE_API_URL. "
                        + $"The base URI of Periscope is {PeriscopeConnection.DefaultBaseUri}"
        ),
        [CallFailure.InvalidRequest] = (ErrorCategory.InvalidArgument, _ => "Correct the parameters that the message names."),
        [CallFailure.Conflict] = (ErrorCategory.ResourceExists, _ => "Wait until the operation in progress has finished, then try again."),
        [CallFailure.RateLimited] = (
            ErrorCategory.LimitsExceeded,
            failure =>
                failure.RetryAfter is { } wait
                    ? $"Try again in {Math.Ceiling(wait.TotalSeconds):0} seconds."
                    : "Try again later, with fewer concurrent requests."
        ),
        [CallFailure.ServerError] = (ErrorCategory.ResourceUnavailable, failure => $"Try again later.{Request(failure)}"),
        [CallFailure.Timeout] = (
            ErrorCategory.OperationTimeout,
            failure => $"Try again later, or increase the time limit with Connect-{failure.Service} -TimeoutSec."
        ),
        [CallFailure.Unreachable] = (
            ErrorCategory.ConnectionError,
            failure =>
                $"Check the network connection, the proxy (Connect-{failure.Service} -Proxy) "
                + $"and the base URI (Get-{failure.Service}Connection)."
        ),
        [CallFailure.RedirectRefused] = (
            ErrorCategory.SecurityError,
            failure => $"If you trust that address, specify it with Connect-{failure.Service} -BaseUri."
        ),
        [CallFailure.InvalidResponse] = (
            ErrorCategory.InvalidData,
            failure => $"Check that the base URI belongs to {failure.Service} and that no proxy responds in its place.{Request(failure)}"
        ),
        [CallFailure.RequestFailed] = (
            ErrorCategory.InvalidResult,
            failure => $"The message of the service contains the reason.{Request(failure)}"
        ),
        [CallFailure.InvalidReport] = (
            ErrorCategory.InvalidData,
            _ => "Correct the report and send it again. Test-PeriscopeDeployment lists every problem."
        ),
        [WebhookFailure.SignatureInvalid] = (
            ErrorCategory.SecurityError,
            _ =>
                "Check that the secret belongs to this webhook and that the body is the raw body, byte for byte. "
                + "Test-PxxlSignature -Detailed shows the reason."
        ),
        [WebhookFailure.SignatureExpired] = (
            ErrorCategory.SecurityError,
            _ =>
                "Check the clock of this machine. Use -Tolerance to allow a greater age, "
                + "or -IgnoreAge to process stored events of any age."
        ),
        [WebhookFailure.WebhookReplayed] = (
            ErrorCategory.SecurityError,
            _ => "No action is needed: the webhook was processed when it was first received."
        ),
        [WebhookFailure.WebhookMalformed] = (ErrorCategory.InvalidData, _ => "Pass the object from the platform unparsed and unchanged."),
        [WebhookFailure.ReplayGuardUnusable] = (ErrorCategory.OpenError, _ => "Specify a file in a writable folder with -ReplayGuard."),
        [StateFailure.StateUnusable] = (
            ErrorCategory.OpenError,
            _ =>
                "No more reports are sent. Create the folder (New-Item -ItemType Directory), make it writable, or free up disk space. "
                + "Then run the command again."
        ),
        [StateFailure.StateTooNew] = (ErrorCategory.InvalidData, _ => "Update PxxlPeriscope on this machine, or specify another folder."),
        [StateFailure.OutboxItemChanged] = (
            ErrorCategory.InvalidOperation,
            _ => "List the outbox again with Get-PeriscopeOutboxItem, and decide based on its current content."
        ),
        [StateFailure.AlreadyRunning] = (
            ErrorCategory.ResourceBusy,
            _ =>
                "Check whether that run is alive. If it is, no action is needed: it reports the changes. Otherwise, wait until it counts "
                + "as abandoned, or specify a shorter -AbandonedAfter."
        ),
        [StateFailure.TooManyDeployments] = (
            ErrorCategory.LimitsExceeded,
            _ =>
                "Nothing is lost: the next run reads the same period. If Pxxl really has so many deployments, start with a later -Since "
                + "in a new state folder, or run once per -ProjectId."
        ),
        [StateFailure.NotDelivered] = (
            ErrorCategory.ResourceUnavailable,
            _ =>
                "Run the command again later to retry the waiting reports. Rejected reports must be corrected; "
                + "if there is an outbox, Get-PeriscopeOutboxItem -Dead lists them."
        ),
        [WaitFailure.DeploymentFailed] = (ErrorCategory.InvalidResult, _ => "Run Get-PxxlDeploymentLog to see the complete log."),
        [WaitFailure.DeploymentTimeout] = (
            ErrorCategory.OperationTimeout,
            _ => "The deployment may still become live. Wait again, or increase the time limit with -TimeoutSec."
        ),
        [CallFailure.NotificationFailed] = (ErrorCategory.WriteError, failure => NotificationAdvice(failure)),
        [CallFailure.StatusOutOfOrder] = (
            ErrorCategory.InvalidOperation,
            _ => "Send the statuses of a deployment in the order in which they occurred."
        ),
    };

    /// <summary>
    /// PowerShell 7.5 and later show the recommended action below an error. Earlier versions do not, so there it is appended to the
    /// message.
    /// </summary>
    private static readonly bool EngineShowsAdvice = typeof(PSObject).Assembly.GetName().Version >= new Version(7, 5);

    /// <summary>The causes that have a category and a recommended action. A test verifies that none is missing.</summary>
    internal static ICollection<Enum> Known => ByCause.Keys;

    internal static ErrorRecord From(ServiceException failure, object? target)
    {
        var (category, advice) = ByCause[failure.Cause];
        return Make(failure, failure.ErrorId, category, target, advice(failure));
    }

    internal static ErrorRecord CannotReceive(Exception problem, object target) =>
        Make(
            problem,
            "PxxlCannotReceive",
            ErrorCategory.OpenError,
            target,
            "Specify a writable -InboxPath, and a -Prefix that is free and that you may listen on, such as http://127.0.0.1:8787/"
        );

    internal static ErrorRecord NoBudget() =>
        Make(
            new PSArgumentException("No budget is specified, so there is nothing to compare the usage with."),
            "PxxlNoBudget",
            ErrorCategory.InvalidArgument,
            null,
            "Specify at least one budget, such as -ArtifactStorage 80% or -BuildMinutes 4000."
        );

    internal static ErrorRecord AmbiguousProxy() =>
        Make(
            new PSArgumentException("-Proxy and -NoProxy cannot be used together."),
            "PxxlAmbiguousProxy",
            ErrorCategory.InvalidArgument,
            null,
            "Specify only one of them."
        );

    private static ErrorRecord Make(Exception exception, string errorId, ErrorCategory category, object? target, string advice) =>
        new(exception, errorId, category, target)
        {
            ErrorDetails = new ErrorDetails(EngineShowsAdvice ? exception.Message : $"{exception.Message} {advice}")
            {
                RecommendedAction = advice,
            },
        };

    private static string NotificationAdvice(ServiceException failure) =>
        failure.StatusCode switch
        {
            401 or 403 or 404 or 410 => "The webhook address is wrong or has been revoked. "
                + "Create a new webhook and specify its complete address with -Uri.",
            400 or 413 or 415 or 422 => "Specify the format that this address accepts with -As: Slack, Teams, Discord or Json.",
            429 => failure.RetryAfter is { } wait
                ? $"Try again in {Math.Ceiling(wait.TotalSeconds):0} seconds, with fewer notifications at a time."
                : "Try again later, with fewer notifications at a time.",
            null => "Check the address, the network connection and the proxy (-Proxy), or increase the time limit with -TimeoutSec.",
            _ => "Try again later.",
        };

    private static string Request(ServiceException failure) =>
        failure.RequestId is { } id ? $" If you contact support, include the request id: {id}" : string.Empty;
}
