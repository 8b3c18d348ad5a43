using System.Text.RegularExpressions;

namespace PxxlPeriscope.Reports.Ci;

/// <summary>
/// Reads the state of a git checkout from its files instead of running git: git may not be installed, rejects a checkout of another user,
/// runs programs that the checkout's configuration names, and on Windows could be a git.exe in that very folder.
/// </summary>
internal sealed class GitCheckout
{
    /// <summary>Larger than any of these files, including packed-refs, which has one line per branch and tag.</summary>
    private const int MaxBytes = 64 * 1024 * 1024;

    private static readonly Regex RemoteSection = new(
        @"^\s*\[\s*remote\s+""(?<name>.*)""\s*\]",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase
    );
    private static readonly Regex AnySection = new(@"^\s*\[", RegexOptions.CultureInvariant);
    private static readonly Regex UrlLine = new(
        @"^\s*url\s*=\s*""?(?<url>[^""#;]+)",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase
    );

    private GitCheckout(string folder) => Folder = folder;

    /// <summary>The folder of the checkout.</summary>
    internal string Folder { get; }

    /// <summary>The commit of HEAD as written in the file; null if it cannot be read this way.</summary>
    internal string? CommitSha { get; private set; }

    /// <summary>The branch; null if HEAD is detached.</summary>
    internal string? Branch { get; private set; }

    /// <summary>The address of the remote: origin, or the first one.</summary>
    internal string? RemoteUrl { get; private set; }

    /// <summary>Finds the checkout that contains a folder; null if there is none.</summary>
    internal static GitCheckout? Find(string folder)
    {
        try
        {
            for (var place = new DirectoryInfo(folder); place is not null; place = place.Parent)
            {
                if (FindGitFolder(place.FullName) is { } git)
                {
                    var checkout = new GitCheckout(place.FullName);
                    checkout.Read(git);
                    return checkout;
                }
            }
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            // Files that cannot be read are treated as missing: the report can be built without them.
        }

        return null;
    }

    private static string? FindGitFolder(string place)
    {
        var git = Path.Combine(place, ".git");
        // In a worktree or submodule, .git is a file that names the folder.
        return Directory.Exists(git) ? git
            : ReadText(git) is { } link && link.StartsWith("gitdir:", StringComparison.Ordinal)
                ? Path.GetFullPath(Path.Combine(place, link.Substring(7).Trim()))
            : null;
    }

    private void Read(string git)
    {
        // A worktree has its own HEAD and shares everything else.
        var common = ReadText(Path.Combine(git, "commondir")) is { } path ? Path.GetFullPath(Path.Combine(git, path)) : git;
        RemoteUrl = ReadRemoteUrl(Path.Combine(common, "config"));
        var head = ReadText(Path.Combine(git, "HEAD"));
        if (head is null || !head.StartsWith("ref:", StringComparison.Ordinal))
        {
            CommitSha = head;
            return;
        }

        var reference = head.Substring(4).Trim();
        if (
            !reference.StartsWith("refs/heads/", StringComparison.Ordinal)
            || reference.Contains("..")
            || reference == "refs/heads/.invalid"
        )
        {
            // .invalid: the branches are stored in a table of another format.
            return;
        }

        Branch = reference;
        CommitSha = ReadText(Path.Combine(common, reference)) ?? ReadPackedRef(Path.Combine(common, "packed-refs"), reference);
    }

    private static string? ReadPackedRef(string file, string reference) =>
        ReadText(file)
            ?.Split('\n')
            .Select(line => line.Trim())
            .FirstOrDefault(line => line.EndsWith(" " + reference, StringComparison.Ordinal))
            is { } found
            ? found.Split(' ')[0]
            : null;

    private static string? ReadRemoteUrl(string file)
    {
        string? section = null;
        string? first = null;
        foreach (var line in ReadText(file)?.Split('\n') ?? [])
        {
            if (AnySection.IsMatch(line))
            {
                section = RemoteSection.Match(line) is { Success: true } remote ? remote.Groups["name"].Value : null;
            }
            else if (section is not null && UrlLine.Match(line) is { Success: true } url)
            {
                first ??= url.Groups["url"].Value.Trim();
                if (section == "origin")
                {
                    return url.Groups["url"].Value.Trim();
                }
            }
        }

        return first;
    }

    private static string? ReadText(string file) =>
        new FileInfo(file) is { Exists: true, Length: <= MaxBytes } && File.ReadAllText(file).Trim() is { Length: > 0 } text ? text : null;
}
