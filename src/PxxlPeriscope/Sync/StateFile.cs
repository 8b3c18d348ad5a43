using System.Text.Json;
using System.Text.Json.Serialization;
using PxxlPeriscope.Json;
using PxxlPeriscope.Periscope;
using PxxlPeriscope.Reports.Conversion;
using PxxlPeriscope.Storage;

namespace PxxlPeriscope.Sync;

/// <summary>The file <c>state.json</c>: indented, so that a person can read it.</summary>
internal sealed class StateFile
{
    private const int CurrentVersion = 1;

    public int Version { get; init; } = CurrentVersion;

    public required IReadOnlyList<Position> ReadUntil { get; init; }

    public required IReadOnlyList<SyncState.RunningDeployment> Running { get; init; }

    public required IReadOnlyList<SuccessfulRelease> LastSuccess { get; init; }

    public required IReadOnlyList<Waiting> Pending { get; init; }

    public required IReadOnlyList<Project> Projects { get; init; }

    /// <summary>The file of an outbox that remembers what was sent; null where the state has its own.</summary>
    public string? Ledger { get; init; }

    internal Task WriteAsync(string path, CancellationToken cancellationToken) =>
        AtomicFile.WriteAsync(path, file => JsonSerializer.Serialize(file, this, StateJsonContext.Default.StateFile), cancellationToken);

    /// <summary>Reads the file; null when there is none.</summary>
    /// <exception cref="JsonException">It is damaged.</exception>
    /// <exception cref="ServiceException"><see cref="StateFailure.StateTooNew"/>.</exception>
    internal static async Task<StateFile?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        if (await SharedFile.ReadAsync(path, isExpected: true, cancellationToken).ConfigureAwait(false) is not { } bytes)
        {
            return null;
        }

        using var json = TolerantJson.Parse(bytes);
        // Before anything else is looked at: a newer version may have given it any other form.
        return json.RootElement.GetMember("version")?.AsCount() is not { } version ? throw new JsonException("It has no version.")
            : version > CurrentVersion ? throw StateErrors.TooNew(path)
            : json.RootElement.Deserialize(StateJsonContext.Default.StateFile);
    }

    /// <summary>How far a project was read, or * for all of them.</summary>
    internal sealed record Position(string Scope, string Project, DateTimeOffset Until);

    /// <summary>A report that waits for the next run.</summary>
    internal sealed record Waiting(DateTimeOffset Since, int Attempts, string? LastError, ReportDocument Report);

    internal sealed record Project(string Id, string Name);
}

/// <summary>How <see cref="StateFile"/> is written and read, made by the compiler.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(StateFile))]
internal sealed partial class StateJsonContext : JsonSerializerContext;
