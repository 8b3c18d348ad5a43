using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace PxxlPeriscope.Storage;

/// <summary>The owner of a lock, shown to other users and used to detect an owner on another machine that has ended.</summary>
internal sealed record LockOwner(string Machine, int ProcessId, string User, DateTimeOffset Since, DateTimeOffset LastSeen)
{
    /// <summary>
    /// Whether the operating system reports the lock as held. An owner file alone may be that of a run that was killed on another
    /// machine.
    /// </summary>
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
            if (await SharedFile.ReadAsync(path, isExpected: false, cancellationToken).ConfigureAwait(false) is not { } bytes)
            {
                return null;
            }

            using var json = JsonDocument.Parse(bytes);
            var owner = json.RootElement;
            return new LockOwner(
                owner.GetProperty("machine").GetString()!,
                owner.GetProperty("processId").GetInt32(),
                owner.GetProperty("user").GetString()!,
                owner.GetProperty("since").GetDateTimeOffset(),
                owner.GetProperty("lastSeen").GetDateTimeOffset()
            );
        }
        catch (Exception exception)
            when (exception
                    is IOException
                        or UnauthorizedAccessException
                        or JsonException
                        or KeyNotFoundException
                        or InvalidOperationException
                        or FormatException
            )
        {
            return null;
        }
    }

    internal Task WriteAsync(string path, CancellationToken cancellationToken) =>
        AtomicFile.WriteAsync(
            path,
            file =>
            {
                using var json = new Utf8JsonWriter(file, new JsonWriterOptions { Indented = true });
                json.WriteStartObject();
                json.WriteString("machine", Machine);
                json.WriteNumber("processId", ProcessId);
                json.WriteString("user", User);
                json.WriteString("since", Since);
                json.WriteString("lastSeen", LastSeen);
                json.WriteEndObject();
            },
            cancellationToken
        );

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
            User,
            Machine,
            Since.UtcDateTime,
            FormatAge(now - Since)
        );

    private static string FormatAge(TimeSpan age) =>
        age.TotalMinutes < 1 ? $"{Math.Max(0, (int)age.TotalSeconds)} s"
        : age.TotalHours < 1 ? $"{(int)age.TotalMinutes} min"
        : $"{(int)age.TotalHours} h {age.Minutes} min";
}
