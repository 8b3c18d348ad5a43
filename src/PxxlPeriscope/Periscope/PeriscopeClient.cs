using System.Net.Http.Headers;
using PxxlPeriscope.Http;
using PxxlPeriscope.Json;
using PxxlPeriscope.Text;

namespace PxxlPeriscope.Periscope;

/// <summary>
/// Sends reports to Periscope, one at a time because Periscope has no batch API. Every failure is a <see cref="ServiceException"/>.
/// </summary>
public sealed class PeriscopeClient(PeriscopeConnection connection, CallLog? log = null)
{
    private readonly ApiClient _caller = new(connection, log ?? CallLog.None);

    /// <summary>Sends one report. Transient failures are retried, because the same id updates the same record.</summary>
    /// <exception cref="ServiceException"><see cref="CallFailure.InvalidReport"/> with all reasons if the report is invalid (nothing is
    /// sent) or Periscope rejected it; otherwise the failure of the call.</exception>
    public async Task<Receipt> SendAsync(DeploymentReport report, CancellationToken cancellationToken = default)
    {
        if (ReportValidation.Check(report).Failure is { } invalid)
        {
            throw invalid;
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(connection.BaseUri, "api/webhooks/deployments"))
        {
            Content = new ByteArrayContent(ReportPayload.Write(WithOrganization(report))),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        try
        {
            return Read(report, await _caller.SendAsync(request, isIdempotent: true, cancellationToken).ConfigureAwait(false));
        }
        catch (ServiceException exception) when (exception.Cause is CallFailure.InvalidRequest)
        {
            throw new ServiceException(
                ServiceName.Periscope,
                CallFailure.InvalidReport,
                $"Periscope rejected the report {Name(report)}. {exception.Message}",
                exception
            )
            {
                StatusCode = exception.StatusCode,
                RequestId = exception.RequestId,
                Attempts = exception.Attempts,
            };
        }
    }

    private static Receipt Read(DeploymentReport report, ApiResponse reply)
    {
        using var json = reply.Parse();
        var root = json.RootElement;
        var action = root.GetMember("action")?.AsText();
        return new Receipt
        {
            DeploymentId = report.DeploymentId,
            // Only a documented action counts as a receipt. A 2xx response without one may come from something other than Periscope.
            Action = action switch
            {
                "created" => ReceiptAction.Created,
                "updated" => ReceiptAction.Updated,
                _ => throw reply.CreateInvalidResponseException(
                    $"does not confirm the report {Name(report)}. It may have been stored; sending it again is safe"
                ),
            },
            RecordId = root.GetMember("deploymentId")?.AsCount(),
            LinkedPullRequests = root.GetMember("linkedPRs")?.AsCount() is <= int.MaxValue and var links ? (int)links : null,
            Environment = report.Environment,
            Status = report.Status,
            Attempts = reply.Attempts,
        };
    }

    private DeploymentReport WithOrganization(DeploymentReport report) =>
        connection.OrganizationSlug is null || !string.IsNullOrEmpty(report.OrganizationSlug)
            ? report
            : report with
            {
                OrganizationSlug = connection.OrganizationSlug,
            };

    private static string Name(DeploymentReport report) => $"'{Printable.ToSingleLine(report.DeploymentId, 80)}'";
}
