using System.Text.Json;
using PxxlPeriscope.Json;

namespace PxxlPeriscope.Pxxl;

/// <summary>
/// Finds what Pxxl's own tools leave around: environment variables and the configuration of the official command line.
/// (docs/facts/pxxl-api.md, "Environment variables and configuration".)
/// </summary>
/// <param name="environment">Reads an environment variable.</param>
/// <param name="userFolder">The user's home.</param>
public sealed class PxxlKeyResolver(Func<string, string?> environment, string userFolder)
{
    /// <summary>The base URI to use when none is given.</summary>
    public string BaseUri => NullIfEmpty(environment("PXXL_API_URL")) ?? PxxlConnection.DefaultBaseUri;

    /// <summary>The team to use when none is given.</summary>
    public string? TeamId => NullIfEmpty(environment("PXXL_TEAM_ID"));

    /// <summary>Where <see cref="TeamId"/> comes from.</summary>
    public string? TeamSource => TeamId is null ? null : "environment variable PXXL_TEAM_ID";

    /// <summary>
    /// Where the official command line keeps its key, on Windows too; null if the user has no home. A relative folder does not count:
    /// the key of whoever owns the current folder would be used.
    /// </summary>
    public string? ConfigFile =>
        NullIfRelative(environment("XDG_CONFIG_HOME")) is { } configuration ? Path.Combine(configuration, "pxxl", "config.json")
        : NullIfRelative(userFolder) is { } home ? Path.Combine(home, ".config", "pxxl", "config.json")
        : null;

    /// <summary>The key, where it came from, and the team that goes with it and where that came from; null when there is none.</summary>
    /// <exception cref="ServiceException">A key is there but unusable.</exception>
    public (Secret Key, string Source, string? TeamId, string? TeamSource)? Find()
    {
        if (NullIfEmpty(environment("PXXL_API_KEY")) is { } key)
        {
            // The team selected in the command line belongs to the key stored beside it, which may be another account's.
            return (ParseKey(key, "The environment variable PXXL_API_KEY"), "environment variable PXXL_API_KEY", TeamId, TeamSource);
        }

        return ConfigFile is { } file && ReadConfig(file) is var (stored, selected) && stored is not null
            ? (ParseKey(stored, file), file, TeamId ?? selected, TeamSource ?? (selected is null ? null : file))
            : null;
    }

    private static (string? Key, string? TeamId) ReadConfig(string file)
    {
        if (!File.Exists(file))
        {
            return default;
        }

        try
        {
            using var json = TolerantJson.Parse(File.ReadAllBytes(file));
            return (json.RootElement.GetMember("apiKey")?.AsText(), json.RootElement.GetMember("selectedTeamId")?.AsText());
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new ServiceException(
                ServiceName.Pxxl,
                CallFailure.NotConnected,
                $"The key in {file} cannot be read: {exception.GetType().Name}.",
                exception
            );
        }
    }

    private static Secret ParseKey(string key, string where)
    {
        try
        {
            return Secret.From(key);
        }
        catch (ArgumentException)
        {
            throw new ServiceException(
                ServiceName.Pxxl,
                CallFailure.NotConnected,
                $"{where} holds no usable key: it has white space, control or non-ASCII characters inside."
            );
        }
    }

    private static string? NullIfRelative(string? folder) => NullIfEmpty(folder) is { } path && IsFullyQualified(path) ? path : null;

    /// <summary>.NET Standard has no Path.IsPathFullyQualified. On Windows, C:x and \x depend on the current folder or drive too.</summary>
    private static bool IsFullyQualified(string path) =>
        Path.DirectorySeparatorChar == '/'
            ? path[0] == '/'
            : path.Length >= 3 && ((path[1] == ':' && path[2] is ('\\' or '/')) || (path[0] is ('\\' or '/') && path[1] is ('\\' or '/')));

    private static string? NullIfEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text!.Trim();
}
