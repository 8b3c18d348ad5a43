# Azure Function with an HTTP trigger: returns a 2xx status to Pxxl only after Periscope has accepted the report.
# Requires this module in the Modules folder of the function app, and the settings PXXL_WEBHOOK_SECRET and PERISCOPE_API_KEY.
# Tested with a request of the same form, but not in Azure Functions itself.
using namespace System.Net

param($Request)

$webhook = ConvertFrom-PxxlWebhook -Request $Request -Secret $env:PXXL_WEBHOOK_SECRET -ErrorAction SilentlyContinue -ErrorVariable refused
if ($refused) {
    Push-OutputBinding -Name Response -Value @{ StatusCode = [HttpStatusCode]::Unauthorized }
    return
}

$webhook | Send-PeriscopeDeployment -ErrorAction SilentlyContinue -ErrorVariable unsent
# If the report failed, the response is a 5xx status, so that Pxxl sends the event again.
$status = if ($unsent) { [HttpStatusCode]::ServiceUnavailable } else { [HttpStatusCode]::OK }
Push-OutputBinding -Name Response -Value @{ StatusCode = $status }
