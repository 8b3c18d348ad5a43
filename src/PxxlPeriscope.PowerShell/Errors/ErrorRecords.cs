using System.Management.Automation;

namespace PxxlPeriscope.PowerShell.Errors;

/// <summary>Makes every error record of the module: a stable id, a category, the thing at fault, and what to do next.</summary>
internal static class ErrorRecords
{
    private static readonly Dictionary<Enum, (ErrorCategory Category, Func<ServiceException, string> Advice)> ByCause = new()
    {
        [CallFailure.NotConnected] = (
            ErrorCategory.ConnectionError,
            failure =>
                failure.Service == ServiceName.Pxxl
                    ? "Run Connect-Pxxl -ApiKey (Read-Host -AsSecureString), or set PXXL_API_KEY."
                    : "Run Connect-Periscope -ApiKey (Read-Host -AsSecureString), or set PERISCOPE_API_KEY."
        ),
        [CallFailure.InvalidBaseUri] = (
            ErrorCategory.InvalidArgument,
            failure =>
                failure.Service == ServiceName.Pxxl
                    ? $"Give an https:// address to Connect-Pxxl -BaseUri or in PXXL_API_URL, such as {PxxlConnection.DefaultBaseUri}"
                    : $"Give an https:// address to Connect-Periscope -BaseUri or in PERISCOPE_API_URL, such as {PeriscopeConnection.DefaultBaseUri}"
        ),
        [CallFailure.InvalidId] = (ErrorCategory.InvalidArgument, _ => "Give the id as Get-PxxlDeployment or Get-PxxlProject shows it."),
        [CallFailure.InvalidPath] = (
            ErrorCategory.InvalidArgument,
            _ => "Give a path such as cli/deployments or teams, relative to the base URI."
        ),
        [CallFailure.AmbiguousName] = (ErrorCategory.InvalidArgument, _ => "Give the project's id instead of its name."),
        [CallFailure.Unauthorized] = (
            ErrorCategory.AuthenticationError,
            failure =>
                failure.Service == ServiceName.Pxxl
                    ? "See where the key comes from with Get-PxxlConnection. Keys are made in the dashboard under API Keys, and can expire."
                    : "See where the key comes from with Get-PeriscopeConnection. Keys are made in the dashboard under Settings > Deployments."
        ),
        [CallFailure.Forbidden] = (
            ErrorCategory.PermissionDenied,
            failure =>
                failure.Service == ServiceName.Pxxl
                    ? "Run Connect-Pxxl to see the key's scope and permission; the plan, or the address you call from, can be the reason too."
                    : "Leave organizationSlug out, or use a key of that organisation."
        ),
        [CallFailure.PlanLimit] = (
            ErrorCategory.LimitsExceeded,
            failure =>
                $"Free what is used, or change to {(failure.RequiredPlan is { } plan ? $"the plan {plan}" : "a plan that allows more")} in the dashboard. Get-PxxlUsage shows what is used."
        ),
        [CallFailure.NotFound] = (
            ErrorCategory.ObjectNotFound,
            _ =>
                "Check the id. Else the account or the team may be the wrong one: Get-PxxlConnection shows them, Get-PxxlTeam lists the teams, and -TeamId, Connect-Pxxl -TeamId or PXXL_TEAM_ID chooses one."
        ),
        [CallFailure.WrongBaseUri] = (
            ErrorCategory.ConnectionError,
            failure =>
                failure.Service == ServiceName.Pxxl
                    ? $"If you gave a path, check it. Else try another of the base URIs that Pxxl has published, with Connect-Pxxl -BaseUri or PXXL_API_URL: {string.Join(", ", PxxlConnection.KnownBaseUris)}"
                    : $"Periscope's base URI is {PeriscopeConnection.DefaultBaseUri}; check Connect-Periscope -BaseUri and PERISCOPE_API_URL."
        ),
        [CallFailure.InvalidRequest] = (ErrorCategory.InvalidArgument, _ => "Check the parameters against what the message says."),
        [CallFailure.Conflict] = (ErrorCategory.ResourceExists, _ => "Wait until what is under way has ended, then try again."),
        [CallFailure.RateLimited] = (
            ErrorCategory.LimitsExceeded,
            failure =>
                failure.RetryAfter is { } wait
                    ? $"Try again in {Math.Ceiling(wait.TotalSeconds):0} seconds."
                    : "Try again later, with fewer calls at a time."
        ),
        [CallFailure.ServerError] = (ErrorCategory.ResourceUnavailable, failure => $"Try again later.{Request(failure)}"),
        [CallFailure.Timeout] = (
            ErrorCategory.OperationTimeout,
            failure => $"Try again later, or allow more time with Connect-{failure.Service} -TimeoutSec."
        ),
        [CallFailure.Unreachable] = (
            ErrorCategory.ConnectionError,
            failure =>
                $"Check the network, the proxy (Connect-{failure.Service} -Proxy) and the base URI (Get-{failure.Service}Connection)."
        ),
        [CallFailure.RedirectRefused] = (
            ErrorCategory.SecurityError,
            failure => $"If you trust that address, give it with Connect-{failure.Service} -BaseUri."
        ),
        [CallFailure.InvalidResponse] = (
            ErrorCategory.InvalidData,
            failure => $"Check that the base URI is {failure.Service}'s and that no proxy answers instead.{Request(failure)}"
        ),
        [CallFailure.RequestFailed] = (ErrorCategory.InvalidResult, failure => $"See what the service says.{Request(failure)}"),
        [CallFailure.InvalidReport] = (
            ErrorCategory.InvalidData,
            _ => "Correct the report and send it again. Test-PeriscopeDeployment lists every reason."
        ),
        [WebhookFailure.SignatureInvalid] = (
            ErrorCategory.SecurityError,
            _ => "Check that the secret is this webhook's and that the body is raw, byte for byte. Test-PxxlSignature -Detailed tells more."
        ),
        [WebhookFailure.SignatureExpired] = (
            ErrorCategory.SecurityError,
            _ => "Check this machine's clock. -Tolerance allows more, and -IgnoreAge any age, for events that you kept."
        ),
        [WebhookFailure.WebhookReplayed] = (
            ErrorCategory.SecurityError,
            _ => "Nothing needs to be done: it was dealt with when it came first."
        ),
        [WebhookFailure.WebhookMalformed] = (ErrorCategory.InvalidData, _ => "Hand on what the platform gives, unparsed and unchanged."),
        [WebhookFailure.ReplayGuardUnusable] = (ErrorCategory.OpenError, _ => "Give -ReplayGuard a file in a folder that can be written."),
        [StateFailure.StateUnusable] = (
            ErrorCategory.OpenError,
            _ =>
                "Nothing more is sent. Create the folder (New-Item -ItemType Directory), make it writable, or free space on its disk; then run this again."
        ),
        [StateFailure.StateTooNew] = (ErrorCategory.InvalidData, _ => "Update PxxlPeriscope on this machine, or give another folder."),
        [StateFailure.NotDelivered] = (
            ErrorCategory.ResourceUnavailable,
            _ =>
                "Run this again later: what waits is tried again. What was refused has to be corrected; where there is an outbox, Get-PeriscopeOutboxItem -Dead lists it."
        ),
        [WaitFailure.DeploymentFailed] = (ErrorCategory.InvalidResult, _ => "Get-PxxlDeploymentLog shows the whole log."),
        [WaitFailure.DeploymentTimeout] = (
            ErrorCategory.OperationTimeout,
            _ => "It may still become live: wait again, or give more time with -TimeoutSec."
        ),
        [CallFailure.NotificationFailed] = (ErrorCategory.WriteError, failure => NotificationAdvice(failure)),
        [CallFailure.StatusOutOfOrder] = (
            ErrorCategory.InvalidOperation,
            _ => "Send the states of a deployment in the order in which they happened."
        ),
    };

    /// <summary>From 7.5 on the recommended action is shown below an error; before, it would be seen by nobody.</summary>
    private static readonly bool EngineShowsAdvice = typeof(PSObject).Assembly.GetName().Version >= new Version(7, 5);

    /// <summary>The causes that have a category and an advice; all of them, as a test sees to.</summary>
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
            "Give an -InboxPath that can be written, and a -Prefix such as http://127.0.0.1:8787/ that is free and allowed."
        );

    internal static ErrorRecord NoBudget() =>
        Make(
            new PSArgumentException("No budget is given, so there is nothing to compare the usage with."),
            "PxxlNoBudget",
            ErrorCategory.InvalidArgument,
            null,
            "Give at least one, such as -ArtifactStorage 80% or -BuildMinutes 4000."
        );

    internal static ErrorRecord AmbiguousProxy() =>
        Make(
            new PSArgumentException("Both -Proxy and -NoProxy are given."),
            "PxxlAmbiguousProxy",
            ErrorCategory.InvalidArgument,
            null,
            "Give one of the two."
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
            401 or 403 or 404 or 410 => "The address is wrong, or was withdrawn: make a new webhook and give its whole address with -Uri.",
            400 or 413 or 415 or 422 => "Say with -As what takes the notification there: Slack, Teams, Discord or Json.",
            429 => failure.RetryAfter is { } wait
                ? $"Try again in {Math.Ceiling(wait.TotalSeconds):0} seconds, with fewer at a time."
                : "Try again later, with fewer at a time.",
            null => "Check the address, the network and the proxy (-Proxy); -TimeoutSec allows more time.",
            _ => "Try again later.",
        };

    private static string Request(ServiceException failure) =>
        failure.RequestId is { } id ? $" Support will ask for the request id: {id}" : string.Empty;
}
