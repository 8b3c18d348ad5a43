using System.Diagnostics;
using System.Net.Http;
using System.Text;
using PxxlPeriscope.Http;

namespace PxxlPeriscope.NetFramework;

/// <summary>The sandbox in a separate process, on the .NET version that it targets.</summary>
internal sealed class SandboxProcess : IDisposable
{
    private readonly Process _process;
    private readonly HttpClient _control = new();
    private readonly Dictionary<string, string> _settings = [];

    public SandboxProcess(string program, int deployments)
    {
        _process = Process.Start(
            new ProcessStartInfo("dotnet", $"\"{program}\" --deployments {deployments}")
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
            }
        );
        while (_settings.Count < 5)
        {
            var line = _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The sandbox did not start.");
            var parts = line.Split(['='], 2);
            _settings[parts[0]] = parts[1];
        }
    }

    public HttpClientSettings Pxxl => Settings("PXXL", this["PXXL_API_KEY"]);

    public HttpClientSettings Periscope => Settings("PERISCOPE", this["PERISCOPE_API_KEY"]);

    private string this[string name] => _settings[name];

    /// <summary>Client settings without retries, so that nothing waits.</summary>
    public HttpClientSettings Settings(string service, string key) =>
        new()
        {
            BaseUri = new Uri(this[$"{service}_API_URL"]),
            ApiKey = Secret.From(key),
            NoProxy = true,
            MaximumRetryCount = 0,
        };

    /// <summary>The number of deployments reported to the sandbox.</summary>
    public async Task<int> ReportsAsync() => Count(await ReadAsync("reports").ConfigureAwait(false), "\"timesPosted\":");

    /// <summary>Makes Periscope unreachable.</summary>
    public async Task TakePeriscopeDownAsync()
    {
        using var body = new StringContent("{\"kind\":\"Unavailable503\",\"service\":\"Periscope\"}", Encoding.UTF8, "application/json");
        using var answer = await _control.PostAsync(Control("faults"), body).ConfigureAwait(false);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Resets the sandbox: no faults and no reports.</summary>
    public async Task ResetAsync()
    {
        using var answer = await _control.PostAsync(Control("reset"), null).ConfigureAwait(false);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Removes the faults and keeps the reports.</summary>
    public async Task BringPeriscopeUpAsync()
    {
        using var answer = await _control.DeleteAsync(Control("faults")).ConfigureAwait(false);
        answer.EnsureSuccessStatusCode();
    }

    public void Dispose()
    {
        _control.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private async Task<string> ReadAsync(string what) => await _control.GetStringAsync(Control(what)).ConfigureAwait(false);

    private Uri Control(string what) => new(new Uri(this["PERISCOPE_API_URL"]), $"/_sandbox/{what}");

    private static int Count(string text, string part) => text.Split([part], StringSplitOptions.None).Length - 1;
}
