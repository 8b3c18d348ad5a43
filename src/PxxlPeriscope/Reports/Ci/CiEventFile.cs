using System.Text.Json;
using PxxlPeriscope.Json;
using PxxlPeriscope.Text;

namespace PxxlPeriscope.Reports.Ci;

/// <summary>Reads the event file of a GitHub Actions job. Any earlier step may have written to it.</summary>
internal static class CiEventFile
{
    /// <summary>The maximum size of an event on GitHub.</summary>
    private const int MaxBytes = 25 * 1024 * 1024;

    /// <param name="path">The file.</param>
    /// <param name="member">Names of nested members, separated by dots.</param>
    /// <param name="problem">Why there is no value.</param>
    internal static string? Read(string path, string member, out string? problem)
    {
        problem = null;
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (file.Length > MaxBytes)
            {
                problem = $"{path} is larger than any GitHub event";
                return null;
            }

            var bytes = new byte[file.Length];
            var length = 0;
            for (int read; length < bytes.Length && (read = file.Read(bytes, length, bytes.Length - length)) > 0; length += read) { }

            Array.Resize(ref bytes, length);
            using var json = TolerantJson.Parse(bytes);
            JsonElement? value = json.RootElement;
            foreach (var name in member.Split('.'))
            {
                value = value?.GetMember(name);
            }

            var text = value?.AsText();
            problem = text is null ? $"{path} has no {member}" : null;
            return text;
        }
        catch (JsonException)
        {
            problem = $"{path} is not valid JSON";
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            problem = $"{Printable.ToSingleLine(path, 200)} cannot be read ({exception.GetType().Name})";
        }

        return null;
    }
}
