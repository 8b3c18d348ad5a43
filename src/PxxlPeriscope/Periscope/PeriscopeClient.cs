using System.Net.Http.Headers;
using PxxlPeriscope.Http;
using PxxlPeriscope.Json;
using PxxlPeriscope.Text;

namespace PxxlPeriscope.Periscope;

/// <summary>Sends reports to Periscope, one by one: it has no batch. Every failure is a <see cref="ServiceException"/>.</summary>
public sealed class PeriscopeClient(PeriscopeConnection connection, CallLog? log = null)
{
    private readonly ApiClient _caller = new(connection, log ?? CallLog.None);

    /// <summary>Sends one report; it is repeated after a failure that may pass, since the same id updates the same record.</summary>
    /// <exception cref="ServiceException"><see cref="CallFailure.InvalidReport"/> before anything is sent, with every reason, or
    /// after Periscope refused it; else what the call failed with.</exception>
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
                $"Periscope refused the report {Name(report)}. {exception.Message}",
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
            // A receipt is only what Periscope says in its own words; a 2xx of anybody else's is none.
            Action = action switch
            {
                "created" => ReceiptAction.Created,
                "updated" => ReceiptAction.Updated,
                _ => throw reply.CreateInvalidResponseException(
                    $"does not say what became of {Name(report)}. It may be stored; sending it again does no harm"
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
