using PxxlPeriscope.Ledger;
using PxxlPeriscope.Storage;

namespace PxxlPeriscope.Outbox;

/// <summary>The layout of an outbox on disk: the paths of its files, and the items in its folders.</summary>
internal static class OutboxFolder
{
    /// <summary>The suffix of the dead-letter folder.</summary>
    private const string DeadLetterSuffix = "-dead-letter";

    /// <summary>Returns the file of the queued report of a deployment.</summary>
    internal static string GetPath(string folder, string deploymentId) =>
        Path.Combine(folder, OutboxItem.GetFileName(deploymentId) + OutboxFile.Extension);

    /// <summary>Returns the folder of the rejected reports, next to the outbox, so that clearing one does not clear the other.</summary>
    internal static string GetDeadLetterFolder(string folder)
    {
        var trimmed = folder.TrimEnd(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar);
        // The root of a share or drive has no sibling folders.
        return Path.GetDirectoryName(folder) is null || trimmed.Length == 0
            ? Path.Combine(folder, DeadLetterSuffix.Substring(1))
            : trimmed + DeadLetterSuffix;
    }

    /// <summary>Returns the file of a rejected report, one per state of a deployment.</summary>
    internal static string GetDeadLetterPath(string folder, DeploymentReport report) =>
        Path.Combine(
            GetDeadLetterFolder(folder),
            $"{OutboxItem.GetFileName(report.DeploymentId)}-{DeliveryRecord.ComputeDigest(report).Substring(0, 8)}{OutboxFile.Extension}"
        );

    /// <summary>Returns the file of the delivery ledger.</summary>
    internal static string GetLedgerPath(string folder) => Path.Combine(folder, ".delivery", "sent.jsonl");

    /// <summary>Creates the locks of the deployments.</summary>
    internal static KeyedFileLocks CreateLocks(string folder, TimeProvider time) => new(Path.Combine(folder, ".delivery", "turns"), time);

    /// <summary>Reads all items of a folder, oldest first. Files of newer versions are skipped with a warning.</summary>
    internal static async Task<IReadOnlyList<OutboxItem>> ReadItemsAsync(
        string folder,
        OutboxFile.Location location,
        CancellationToken cancellationToken
    )
    {
        var items = new List<OutboxItem>();
        foreach (
            var path in Directory.Exists(folder)
                ? Directory
                    .EnumerateFiles(folder, "*" + OutboxFile.Extension)
                    .Where(path => path.EndsWith(OutboxFile.Extension, StringComparison.Ordinal))
                    .ToList()
                : []
        )
        {
            if (
                await OutboxFile
                    .ReadAsync(path, location with { SkipsNewer = true }, isExpected: true, cancellationToken)
                    .ConfigureAwait(false) is
                { } item
            )
            {
                items.Add(item);
            }
        }

        return
        [
            .. items
                .OrderBy(item => item.QueuedAt)
                .ThenBy(item => item.Report.StartedAt)
                .ThenBy(item => item.DeploymentId, StringComparer.Ordinal),
        ];
    }
}
