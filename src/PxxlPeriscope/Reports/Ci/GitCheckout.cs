using System.Text.RegularExpressions;

namespace PxxlPeriscope.Reports.Ci;

/// <summary>
/// What a git checkout says of itself. Its files are read instead of running git: that may be missing, refuses a checkout of another
/// user, runs what the checkout's settings name, and on Windows could be a git.exe that lies in the very folder.
/// </summary>
internal sealed class GitCheckout
{
    /// <summary>None of these files is larger, but for packed-refs, which has a line per branch and tag.</summary>
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

    /// <summary>The commit of HEAD as it is written there; null where it cannot be read in this way.</summary>
    internal string? CommitSha { get; private set; }

    /// <summary>The branch; null when HEAD is on none.</summary>
    internal string? Branch { get; private set; }

    /// <summary>The address of the remote: origin, or the first.</summary>
    internal string? RemoteUrl { get; private set; }

    /// <summary>The checkout that a folder is in; null when it is in none.</summary>
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
            // What cannot be read is not there: a report can be made without.
        }

        return null;
    }

    private static string? FindGitFolder(string place)
    {
        var git = Path.Combine(place, ".git");
        // In a worktree and in a submodule it is a file that names the folder.
        return Directory.Exists(git) ? git
            : ReadText(git) is { } link && link.StartsWith("gitdir:", StringComparison.Ordinal)
                ? Path.GetFullPath(Path.Combine(place, link.Substring(7).Trim()))
            : null;
    }

    private void Read(string git)
    {
        // A worktree has a HEAD of its own, and shares everything else.
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
            // .invalid: the branches are in a table of another format.
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
