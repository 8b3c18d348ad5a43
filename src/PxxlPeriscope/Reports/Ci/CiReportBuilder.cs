using PxxlPeriscope.Text;

namespace PxxlPeriscope.Reports.Ci;

/// <summary>
/// Builds a report from the specified values, and fills in the rest from the current CI job or, without one, from the git checkout.
/// Specified values take precedence, even empty ones, so that a value can be kept out of the report.
/// </summary>
/// <param name="environment">Reads an environment variable.</param>
/// <param name="folder">The folder in which to look for a git checkout; null to look for none.</param>
/// <param name="clock">The clock for a deployment that starts or ends now.</param>
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

    /// <summary>Builds the report.</summary>
    /// <param name="specified">The values that the user specified, by property name of the report.</param>
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
            // With both specified, the report is about a deployment other than the one that this job may be part of.
            return CreateResult(builder, "DeploymentId and CommitSha are specified, so nothing is filled in.");
        }

        var checkout = FillFromJob(builder) || folder is null ? null : GitCheckout.Find(folder);
        if (checkout is not null)
        {
            FillFromGit(builder, checkout);
        }

        if (_job is null && checkout is null)
        {
            return CreateResult(builder, $"No known CI job and no git checkout in or above {folder} was found, so nothing is filled in.");
        }

        FillTimes(builder);
        FillDeploymentId(builder);
        return CreateResult(
            builder,
            _job is null ? $"No known CI job was detected. Using the git checkout {checkout!.Folder}." : $"Running on {_job.PlatformName}."
        );
    }

    /// <summary>
    /// Translates status words of CI platforms. Outside a job they are not translated; validation suggests the status instead.
    /// </summary>
    private void TranslateStatus(ReportBuilder builder)
    {
        if (_job is not null && builder[Status] is string word && ReportStatus.Suggest(word) is { } suggested && suggested != word)
        {
            builder[Status] = suggested;
            _sources.SetSource(Status, $"-Status {Printable.ToSingleLine(word, 30)}");
        }
    }

    /// <summary>Whether the job determines the commit, or leaves it open for a reason that a checkout cannot resolve either.</summary>
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
                // Values of the job's commit do not apply to another commit. CommitSha comes before them in Fields.
                isDifferentCommit |= field == CommitSha && !IsSameCommit(value, builder[field] as string);
            }
            else if (isDifferentCommit && (field is Branch or PreviousCommitSha))
            {
                _sources.SetRemark(field, "not filled in: the job's value belongs to its own commit, and -CommitSha specifies another one");
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
                            ? $"is '{Printable.ToSingleLine(invalidSha, 70)}', which is not a commit SHA that Periscope accepts."
                            : "has no commit yet, or stores it in an unsupported format."
                    )
                    + " Specify -CommitSha."
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
            // If the local clock is behind that of the platform, the report must still be valid for Periscope.
            builder[CompletedAt] = started > _now ? started : _now;
            builder.CompletedAtSource = CompletionSource.Observed;
            _sources.SetRemark(CompletedAt, "the current time, at which it was found to be finished");
        }

        if (builder.HasValue(StartedAt))
        {
            return;
        }

        // A rejected report would be missing from every metric; the wrong duration affects none of them.
        if (isTerminal && builder[CompletedAt] is { } completedAt)
        {
            builder[StartedAt] = completedAt;
            _sources.SetRemark(StartedAt, "assumed to be completedAt, because the start time is not known");
            _warnings.Add(
                "The start time of the deployment is not known, so it is reported as equal to the completion time, with a duration of 0. "
                    + "Specify -StartedAt."
            );
        }
        else if (!isTerminal && ReportStatus.All.Contains(status))
        {
            builder[StartedAt] = _now;
            _sources.SetRemark(StartedAt, "the current time, because the deployment is not finished and its start time is not known");
        }
    }

    /// <summary>
    /// Builds an id from the job and from what it deploys: one job can deploy several services to several environments. Git has commits but
    /// no deployments. If the id were made from the commit, a second deployment of the commit would overwrite the first one, which may have
    /// failed.
    /// </summary>
    private void FillDeploymentId(ReportBuilder builder)
    {
        if (builder.HasValue(DeploymentId))
        {
            return;
        }

        if (_job is null)
        {
            _sources.SetRemark(DeploymentId, "not filled in: git has no deployments; specify -DeploymentId");
            return;
        }

        if (_job.Find(DeploymentId, out var source, out _) is not { } id)
        {
            return;
        }

        Add(Environment);
        // The id is the same whether the job's own service is specified or filled in.
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

    /// <summary>Whether a commit is the specified one, which may be abbreviated.</summary>
    private static bool IsSameCommit(string? commit, string? givenSha) =>
        ReportValidation.IsCommitSha(givenSha?.Trim()) && commit?.StartsWith(givenSha!.Trim(), StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>A report and the sources of its values.</summary>
    /// <param name="Report">The report.</param>
    /// <param name="Sources">One line per value, and per missing value that is required.</param>
    /// <param name="Warnings">What was assumed or omitted, and how to specify it.</param>
    internal sealed record Result(DeploymentReport Report, IReadOnlyList<string> Sources, IReadOnlyList<string> Warnings);
}
