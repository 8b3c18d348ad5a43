using System.Text.Json;
using PxxlPeriscope.Json;

namespace PxxlPeriscope.Pxxl;

/// <summary>
/// Finds the settings of the Pxxl tools: environment variables and the configuration file of the Pxxl CLI. (docs/facts/pxxl-api.md,
/// "Environment variables and configuration".)
/// </summary>
/// <param name="environment">Reads an environment variable.</param>
/// <param name="userFolder">The user's home folder.</param>
internal sealed class PxxlKeyResolver(Func<string, string?> environment, string userFolder)
{
    /// <summary>The base URI to use if none is specified.</summary>
    public string BaseUri => NullIfEmpty(environment("PXXL_API_URL")) ?? PxxlConnection.DefaultBaseUri;

    /// <summary>The team to use if none is specified.</summary>
    public string? TeamId => NullIfEmpty(environment("PXXL_TEAM_ID"));

    /// <summary>The source of <see cref="TeamId"/>.</summary>
    public string? TeamSource => TeamId is null ? null : "environment variable PXXL_TEAM_ID";

    /// <summary>
    /// The file in which the Pxxl CLI stores its key, on Windows too; null if the user has no home folder. A relative folder is ignored: it
    /// would use the key of whoever owns the current folder.
    /// </summary>
    public string? ConfigFile =>
        NullIfRelative(environment("XDG_CONFIG_HOME")) is { } configuration ? Path.Combine(configuration, "pxxl", "config.json")
        : NullIfRelative(userFolder) is { } home ? Path.Combine(home, ".config", "pxxl", "config.json")
        : null;

    /// <summary>The key, its source, and the team that belongs to it with its source; null if there is no key.</summary>
    /// <exception cref="ServiceException">A key was found but is not usable.</exception>
    public (Secret Key, string Source, string? TeamId, string? TeamSource)? Find()
    {
        if (NullIfEmpty(environment("PXXL_API_KEY")) is { } key)
        {
            // The team selected in the CLI belongs to the key stored next to it, which may belong to another account.
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
                $"{where} does not contain a valid API key: it contains white space, control characters, or non-ASCII characters."
            );
        }
    }

    private static string? NullIfRelative(string? folder) => NullIfEmpty(folder) is { } path && IsFullyQualified(path) ? path : null;

    /// <summary>
    /// .NET Standard has no Path.IsPathFullyQualified. On Windows, C:x and \x also depend on the current folder or drive.
    /// </summary>
    private static bool IsFullyQualified(string path) =>
        Path.DirectorySeparatorChar == '/'
            ? path[0] == '/'
            : path.Length >= 3 && ((path[1] == ':' && path[2] is ('\\' or '/')) || (path[0] is ('\\' or '/') && path[1] is ('\\' or '/')));

    private static string? NullIfEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text!.Trim();
}
