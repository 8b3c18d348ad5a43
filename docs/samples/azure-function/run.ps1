# Azure Function with an HTTP trigger: answers Pxxl 2xx only after Periscope has the report.
# Needs: this module in the function app's Modules folder; the settings PXXL_WEBHOOK_SECRET and PERISCOPE_API_KEY.
# Tried here with a request of the same shape, not in Azure Functions itself.
using namespace System.Net

param($Request)

$webhook = ConvertFrom-PxxlWebhook -Request $Request -Secret $env:PXXL_WEBHOOK_SECRET -ErrorAction SilentlyContinue -ErrorVariable refused
if ($refused) {
    Push-OutputBinding -Name Response -Value @{ StatusCode = [HttpStatusCode]::Unauthorized }
    return
}

$webhook | Send-PeriscopeDeployment -ErrorAction SilentlyContinue -ErrorVariable unsent
# What could not be reported gets a 5xx, so that Pxxl sends the event again.
$status = if ($unsent) { [HttpStatusCode]::ServiceUnavailable } else { [HttpStatusCode]::OK }
Push-OutputBinding -Name Response -Value @{ StatusCode = $status }
