using System.Collections;
using System.Management.Automation;
using System.Text;
using PxxlPeriscope.PowerShell.Cmdlets;
using PxxlPeriscope.PowerShell.Transformation;

namespace PxxlPeriscope.PowerShell.Commands;

/// <summary>Calls any endpoint of the Pxxl API with the key, retries and errors of the other cmdlets.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "PxxlApi", SupportsShouldProcess = true)]
[OutputType(typeof(PSObject), typeof(string))]
public sealed class InvokePxxlApi : PxxlCmdlet
{
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = string.Empty;

    [Parameter]
    [ValidateSet("GET", "POST", "PUT", "PATCH", "DELETE")]
    public string Method { get; set; } = "GET";

    [Parameter]
    [ValidateNotNull]
    public IDictionary Query { get; set; } = new Hashtable();

    [Parameter]
    public object? Body { get; set; }

    [Parameter]
    public SwitchParameter Raw { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing() =>
        TryInvoke(
            Path,
            () =>
            {
                var route = QueryString.Append(Path, Query, TeamId);
                if (Method != "GET" && !ShouldProcess(route, Method))
                {
                    return;
                }

                var body = Body is null ? null : JsonObjectConverter.Write(Body);
                var answer = Await(Client.InvokeAsync(new HttpMethod(Method), route, body, StopToken));
                if (Raw)
                {
                    WriteObject(Encoding.UTF8.GetString(answer.Body));
                }
                else if (answer.Body.Length > 0)
                {
                    WriteObject(JsonObjectConverter.Read(answer), enumerateCollection: true);
                }
            }
        );
}
