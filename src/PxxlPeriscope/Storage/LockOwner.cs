using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using PxxlPeriscope.Text;

namespace PxxlPeriscope.Storage;

/// <summary>The owner of a lock, shown to other users and used to detect an owner on another machine that has ended.</summary>
internal sealed record LockOwner(
    [property: JsonRequired] string Machine,
    [property: JsonRequired] int ProcessId,
    [property: JsonRequired] string User,
    [property: JsonRequired] DateTimeOffset Since,
    [property: JsonRequired] DateTimeOffset LastSeen
)
{
    /// <summary>
    /// Whether the operating system reports the lock as held. An owner file alone may be that of a run that was killed on another
    /// machine.
    /// </summary>
    [JsonIgnore]
    internal bool IsLocked { get; init; }

    internal static LockOwner Current(DateTimeOffset now)
    {
        using var process = Process.GetCurrentProcess();
        return new LockOwner(Environment.MachineName, process.Id, Environment.UserName, now, now);
    }

    /// <returns>The owner; null if there is none or it cannot be read. The file is always written completely.</returns>
    internal static async Task<LockOwner?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await SharedFile.ReadAsync(path, isExpected: false, cancellationToken).ConfigureAwait(false) is { } bytes
                ? JsonSerializer.Deserialize(bytes, LockJsonContext.Default.LockOwner)
                : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    internal Task WriteAsync(string path, CancellationToken cancellationToken) =>
        AtomicFile.WriteAsync(path, file => JsonSerializer.Serialize(file, this, LockJsonContext.Default.LockOwner), cancellationToken);

    /// <summary>Whether the process is known to have ended. A process on another machine cannot be checked.</summary>
    internal bool HasEnded()
    {
        if (Machine != Environment.MachineName)
        {
            return false;
        }

        try
        {
            using var process = Process.GetProcessById(ProcessId);
            return false;
        }
        catch (ArgumentException)
        {
            return true;
        }
    }

    /// <summary>Whether the process is known to be running. A process on another machine cannot be checked.</summary>
    internal bool IsAlive() => Machine == Environment.MachineName && !HasEnded();

    /// <summary>Describes the owner and the age of the lock.</summary>
    internal string Describe(DateTimeOffset now) =>
        string.Format(
            CultureInfo.InvariantCulture,
            "process {0} of {1} on {2}, since {3:u} ({4})",
            ProcessId,
            Printable.ToSingleLine(User, 80),
            Printable.ToSingleLine(Machine, 80),
            Since.UtcDateTime,
            FormatAge(now - Since)
        );

    private static string FormatAge(TimeSpan age) =>
        age.TotalMinutes < 1 ? $"{Math.Max(0, (int)age.TotalSeconds)} s"
        : age.TotalHours < 1 ? $"{(int)age.TotalMinutes} min"
        : $"{(int)age.TotalHours} h {age.Minutes} min";
}

/// <summary>Source-generated serialization of the owner file.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(LockOwner))]
internal sealed partial class LockJsonContext : JsonSerializerContext;
