using PxxlPeriscope.Text;

namespace PxxlPeriscope.Reports.Ci;

/// <summary>
/// Makes a report of what is given, and fills in the rest from the CI job that it runs in, else from the git checkout. What is given
/// counts, also when it is given as nothing: so can a value be kept out of the report.
/// </summary>
/// <param name="environment">Reads an environment variable.</param>
/// <param name="folder">Where to look for a git checkout; null for nowhere.</param>
/// <param name="clock">For what begins or ends now.</param>
internal sealed class CiReportBuilder(Func<string, string?> environment, string? folder, TimeProvider clock)
{
    private const string DeploymentId = nameof(DeploymentReport.DeploymentId);
    private const string CommitSha = nameof(DeploymentReport.CommitSha);
    private const string Environment = nameof(DeploymentReport.Environment);
    private const string Status = nameof(DeploymentReport.Status);
    private const string StartedAt = nameof(DeploymentReport.StartedAt);
    private const string CompletedAt = nameof(DeploymentReport.CompletedAt);
    private const string Service = nameof(DeploymentReport.Service);
    private const string Branch = nameof(DeploymentReport.Branch);
    private const string PreviousCommitSha = nameof(DeploymentReport.PreviousCommitSha);

    private readonly CiJob? _job = CiJob.Detect(environment);
    private readonly DateTimeOffset _now = clock.GetUtcNow();
    private readonly ValueSources _sources = new();
    private readonly List<string> _warnings = [];

    /// <summary>Makes the report.</summary>
    /// <param name="specified">What the user gives, by the names of the report's properties.</param>
    internal Result Build(IEnumerable<KeyValuePair<string, object?>> specified)
    {
        var builder = new ReportBuilder(_now);
        foreach (var field in specified)
        {
            builder[field.Key] = field.Value;
            _sources.SetSource(field.Key, $"-{field.Key}");
        }

        TranslateStatus(builder);
        if (builder.HasValue(DeploymentId) && builder.HasValue(CommitSha))
        {
            // Whoever names both speaks of another deployment than the one that this may be part of.
            return CreateResult(builder, "DeploymentId and CommitSha are given, so nothing is filled in.");
        }

        var checkout = FillFromJob(builder) || folder is null ? null : GitCheckout.Find(folder);
        if (checkout is not null)
        {
            FillFromGit(builder, checkout);
        }

        if (_job is null && checkout is null)
        {
            return CreateResult(builder, $"There is no CI job that is known, and no git checkout around {folder}: nothing is filled in.");
        }

        FillTimes(builder);
        FillDeploymentId(builder);
        return CreateResult(
            builder,
            _job is null
                ? $"There is no CI job that is known; this is the git checkout {checkout!.Folder}."
                : $"This is a job of {_job.PlatformName}."
        );
    }

    /// <summary>In a job the platforms' words for a status are understood; elsewhere nobody's are, and a check says which was meant.</summary>
    private void TranslateStatus(ReportBuilder builder)
    {
        if (_job is not null && builder[Status] is string word && ReportStatus.Suggest(word) is { } suggested && suggested != word)
        {
            builder[Status] = suggested;
            _sources.SetSource(Status, $"-Status {Printable.ToSingleLine(word, 30)}");
        }
    }

    /// <summary>Whether the job says which commit is deployed, or it is better left open: no checkout knows it any better then.</summary>
    private bool FillFromJob(ReportBuilder builder)
    {
        if (_job is null)
        {
            return false;
        }

        var isDifferentCommit = false;
        var isUndecided = _job.IsEphemeralMerge;
        foreach (var field in ReportBuilder.Fields.Where(field => field != DeploymentId))
        {
            var value = _job.Find(field, out var source, out var problem);
            if (builder.HasValue(field))
            {
                // What belongs to the job's commit does not belong to another one. Fields has the commit before them.
                isDifferentCommit |= field == CommitSha && !IsSameCommit(value, builder[field] as string);
            }
            else if (isDifferentCommit && (field is Branch or PreviousCommitSha))
            {
                _sources.SetRemark(field, "not filled in: it would be that of the job's commit, and -CommitSha gives another");
            }
            else if (value is not null)
            {
                builder[field] = value;
                _sources.SetSource(field, source);
            }
            else if (field == CommitSha && (isUndecided |= problem is not null))
            {
                _warnings.Add(_job.DescribeMissingCommit(problem));
            }
        }

        return isUndecided || builder.HasValue(CommitSha);
    }

    private void FillFromGit(ReportBuilder builder, GitCheckout checkout)
    {
        var isDifferentCommit = builder.HasValue(CommitSha);
        Take(CommitSha, checkout.CommitSha, "HEAD");
        Take(Branch, isDifferentCommit ? null : checkout.Branch, "HEAD");
        Take(Service, checkout.RemoteUrl, "the remote");
        if (!builder.HasValue(CommitSha))
        {
            _warnings.Add(
                $"The commit is not filled in: HEAD of {checkout.Folder} "
                    + (
                        checkout.CommitSha is { } invalidSha
                            ? $"is '{Printable.ToSingleLine(invalidSha, 70)}', and Periscope takes no commit of such a form."
                            : "has none yet, or keeps it in a format that is not read."
                    )
                    + " Give -CommitSha."
            );
        }

        void Take(string field, string? raw, string where)
        {
            if (!builder.HasValue(field) && raw is not null && CiValueParser.Normalize(field, raw) is { } value)
            {
                builder[field] = value;
                _sources.SetSource(field, $"{where} of {checkout.Folder}");
            }
        }
    }

    private void FillTimes(ReportBuilder builder)
    {
        var status = (builder[Status] as string)?.Trim() ?? string.Empty;
        var isTerminal = ReportStatus.IsTerminal(status);
        if (isTerminal && !builder.HasValue(CompletedAt))
        {
            var started = TimestampText.Parse(builder[StartedAt], _now, out _);
            // A clock here that is behind the platform's must not make a report that Periscope refuses.
            builder[CompletedAt] = started > _now ? started : _now;
            builder.CompletedAtSource = CompletionSource.Observed;
            _sources.SetRemark(CompletedAt, "now, when it was seen to be finished");
        }

        if (builder.HasValue(StartedAt))
        {
            return;
        }

        // A report that is refused would be missing in every metric; a wrong duration is in none of them.
        if (isTerminal && builder[CompletedAt] is { } completedAt)
        {
            builder[StartedAt] = completedAt;
            _sources.SetRemark(StartedAt, "assumed to be completedAt: nothing here says when it began");
            _warnings.Add(
                "Nothing here says when the deployment began, so it is reported as beginning when it ended, with a duration of 0. Give -StartedAt."
            );
        }
        else if (!isTerminal && ReportStatus.All.Contains(status))
        {
            builder[StartedAt] = _now;
            _sources.SetRemark(StartedAt, "now: it is not finished, and nothing here says when it began");
        }
    }

    /// <summary>
    /// An id of the job, and of what it deploys: one job can deploy to several environments, and several services. Git has commits but no
    /// deployments. An id made of a commit would let its second deployment overwrite the first, which may have failed.
    /// </summary>
    private void FillDeploymentId(ReportBuilder builder)
    {
        if (builder.HasValue(DeploymentId))
        {
            return;
        }

        if (_job is null)
        {
            _sources.SetRemark(DeploymentId, "not filled in: git has commits, but no deployments; give -DeploymentId");
            return;
        }

        if (_job.Find(DeploymentId, out var source, out _) is not { } id)
        {
            return;
        }

        Add(Environment);
        // With the job's own service the id is the same whether or not somebody gives it.
        if (builder[Service] as string is { } service && service.Trim() != _job.Find(Service))
        {
            Add(Service);
        }

        builder[DeploymentId] = id;
        _sources.SetSource(DeploymentId, source);

        void Add(string field)
        {
            if (builder[field] is string text && !string.IsNullOrWhiteSpace(text))
            {
                id += "-" + text.Trim();
                source += ", " + ReportBuilder.ToJsonName(field);
            }
        }
    }

    private Result CreateResult(ReportBuilder builder, string first) =>
        new(
            builder.Build(),
            [first, .. _sources.Describe(builder, field => field == Status && _job is not null ? _job.StatusAdvice : "-" + field)],
            _warnings
        );

    /// <summary>Whether a commit is the one that was given, perhaps by its beginning.</summary>
    private static bool IsSameCommit(string? commit, string? givenSha) =>
        ReportValidation.IsCommitSha(givenSha?.Trim()) && commit?.StartsWith(givenSha!.Trim(), StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>A report with where its values are from.</summary>
    /// <param name="Report">The report.</param>
    /// <param name="Sources">A line per value, and per value that is needed and missing.</param>
    /// <param name="Warnings">What was assumed or left out, and what to give instead.</param>
    internal sealed record Result(DeploymentReport Report, IReadOnlyList<string> Sources, IReadOnlyList<string> Warnings);
}
