using System.Text.Json;
using System.Text.Json.Serialization;
using PxxlPeriscope.Json;
using PxxlPeriscope.Periscope;
using PxxlPeriscope.Reports.Conversion;
using PxxlPeriscope.Storage;

namespace PxxlPeriscope.Sync;

/// <summary>The file <c>state.json</c>, indented to be readable.</summary>
internal sealed class StateFile
{
    private const int CurrentVersion = 1;

    public int Version { get; init; } = CurrentVersion;

    public required IReadOnlyList<Position> ReadUntil { get; init; }

    public required IReadOnlyList<SyncState.RunningDeployment> Running { get; init; }

    public required IReadOnlyList<SuccessfulRelease> LastSuccess { get; init; }

    public required IReadOnlyList<Waiting> Pending { get; init; }

    public required IReadOnlyList<Project> Projects { get; init; }

    /// <summary>The ledger file of an outbox; null if the state has its own ledger.</summary>
    public string? Ledger { get; init; }

    internal Task WriteAsync(string path, CancellationToken cancellationToken) =>
        AtomicFile.WriteAsync(path, file => JsonSerializer.Serialize(file, this, StateJsonContext.Default.StateFile), cancellationToken);

    /// <summary>Reads the file; null if it does not exist.</summary>
    /// <exception cref="JsonException">The file is damaged.</exception>
    /// <exception cref="ServiceException"><see cref="StateFailure.StateTooNew"/>.</exception>
    internal static async Task<StateFile?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        if (await SharedFile.ReadAsync(path, isExpected: true, cancellationToken).ConfigureAwait(false) is not { } bytes)
        {
            return null;
        }

        using var json = TolerantJson.Parse(bytes);
        // The version is checked first, because a newer version may have a different format.
        return json.RootElement.GetMember("version")?.AsCount() is not { } version ? throw new JsonException("The version is missing.")
            : version > CurrentVersion ? throw StateErrors.TooNew(path)
            : json.RootElement.Deserialize(StateJsonContext.Default.StateFile);
    }

    /// <summary>How far a project, or all projects (*), was read.</summary>
    internal sealed record Position(string Scope, string Project, DateTimeOffset Until);

    /// <summary>A report that is queued for the next run.</summary>
    internal sealed record Waiting(DateTimeOffset Since, int Attempts, string? LastError, ReportDocument Report);

    internal sealed record Project(string Id, string Name);
}

/// <summary>Source-generated serialization of <see cref="StateFile"/>.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(StateFile))]
internal sealed partial class StateJsonContext : JsonSerializerContext;
