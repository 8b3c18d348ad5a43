namespace PxxlPeriscope;

/// <summary>
/// Makes a report of what is given, and fills in the rest from the CI job that it runs in, else from the git checkout. What is given
/// counts, also when it is given as nothing: so can a value be kept out of the report.
/// </summary>
/// <param name="environment">Reads an environment variable.</param>
/// <param name="folder">Where to look for a git checkout; null for nowhere.</param>
/// <param name="clock">For what begins or ends now.</param>
internal sealed class ReportFilling(Func<string, string?> environment, string? folder, TimeProvider clock)
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

    private readonly CiJob? _job = CiJob.Here(environment);
    private readonly DateTimeOffset _now = clock.GetUtcNow();
    private readonly ValueOrigins _origins = new();
    private readonly List<string> _warnings = [];

    /// <summary>Makes the report.</summary>
    /// <param name="given">What the user gives, by the names of the report's properties.</param>
    internal FilledReport Fill(IEnumerable<KeyValuePair<string, object?>> given)
    {
        var draft = new ReportDraft(_now);
        foreach (var field in given)
        {
            draft[field.Key] = field.Value;
            _origins.From(field.Key, $"-{field.Key}");
        }

        TranslateStatus(draft);
        if (draft.Has(DeploymentId) && draft.Has(CommitSha))
        {
            // Whoever names both speaks of another deployment than the one that this may be part of.
            return Result(draft, "DeploymentId and CommitSha are given, so nothing is filled in.");
        }

        var checkout = FillFromJob(draft) || folder is null ? null : GitCheckout.Find(folder);
        if (checkout is not null)
        {
            FillFromGit(draft, checkout);
        }

        if (_job is null && checkout is null)
        {
            return Result(draft, $"There is no CI job that is known, and no git checkout around {folder}: nothing is filled in.");
        }

        FillTimes(draft);
        FillId(draft);
        return Result(
            draft,
            _job is null ? $"There is no CI job that is known; this is the git checkout {checkout!.Folder}." : $"This is a job of {_job.PlatformName}.");
    }

    /// <summary>In a job the platforms' words for a status are understood; elsewhere nobody's are, and a check says which was meant.</summary>
    private void TranslateStatus(ReportDraft draft)
    {
        if (_job is not null && draft[Status] is string word && ReportStatus.Suggest(word) is { } meant && meant != word)
        {
            draft[Status] = meant;
            _origins.From(Status, $"-Status {Printable.Line(word, 30)}");
        }
    }

    /// <summary>Whether the job says which commit is deployed, or it is better left open: no checkout knows it any better then.</summary>
    private bool FillFromJob(ReportDraft draft)
    {
        if (_job is null)
        {
            return false;
        }

        var isOther = false;
        var isLeftOpen = _job.IsThrowAwayMerge;
        foreach (var field in ReportDraft.Fields.Where(field => field != DeploymentId))
        {
            var value = _job.Find(field, out var source, out var problem);
            if (draft.Has(field))
            {
                // What belongs to the job's commit does not belong to another one. Fields has the commit before them.
                isOther |= field == CommitSha && !IsSame(value, draft[field] as string);
            }
            else if (isOther && (field is Branch or PreviousCommitSha))
            {
                _origins.Remark(field, "not filled in: it would be that of the job's commit, and -CommitSha gives another");
            }
            else if (value is not null)
            {
                draft[field] = value;
                _origins.From(field, source);
            }
            else if (field == CommitSha && (isLeftOpen |= problem is not null))
            {
                _warnings.Add(_job.WithoutCommit(problem));
            }
        }

        return isLeftOpen || draft.Has(CommitSha);
    }

    private void FillFromGit(ReportDraft draft, GitCheckout checkout)
    {
        var isOther = draft.Has(CommitSha);
        Take(CommitSha, checkout.CommitSha, "HEAD");
        Take(Branch, isOther ? null : checkout.Branch, "HEAD");
        Take(Service, checkout.RemoteUrl, "the remote");
        if (!draft.Has(CommitSha))
        {
            _warnings.Add($"The commit is not filled in: HEAD of {checkout.Folder} "
                + (checkout.CommitSha is { } unusable
                    ? $"is '{Printable.Line(unusable, 70)}', and Periscope takes no commit of such a form."
                    : "has none yet, or keeps it in a format that is not read.")
                + " Give -CommitSha.");
        }

        void Take(string field, string? raw, string where)
        {
            if (!draft.Has(field) && raw is not null && CiValue.Clean(field, raw) is { } value)
            {
                draft[field] = value;
                _origins.From(field, $"{where} of {checkout.Folder}");
            }
        }
    }

    private void FillTimes(ReportDraft draft)
    {
        var status = (draft[Status] as string)?.Trim() ?? string.Empty;
        var isTerminal = ReportStatus.IsTerminal(status);
        if (isTerminal && !draft.Has(CompletedAt))
        {
            var started = MomentText.Read(draft[StartedAt], _now, out _);
            // A clock here that is behind the platform's must not make a report that Periscope refuses.
            draft[CompletedAt] = started > _now ? started : _now;
            draft.CompletedAtSource = CompletionSource.Observed;
            _origins.Remark(CompletedAt, "now, when it was seen to be finished");
        }

        if (draft.Has(StartedAt))
        {
            return;
        }

        // A report that is refused would be missing in every metric; a wrong duration is in none of them.
        if (isTerminal && draft[CompletedAt] is { } end)
        {
            draft[StartedAt] = end;
            _origins.Remark(StartedAt, "assumed to be completedAt: nothing here says when it began");
            _warnings.Add("Nothing here says when the deployment began, so it is reported as beginning when it ended, with a duration of 0. Give -StartedAt.");
        }
        else if (!isTerminal && ReportStatus.All.Contains(status))
        {
            draft[StartedAt] = _now;
            _origins.Remark(StartedAt, "now: it is not finished, and nothing here says when it began");
        }
    }

    /// <summary>
    /// An id of the job, and of what it deploys: one job can deploy to several environments, and several services. Git has commits but no
    /// deployments. An id made of a commit would let its second deployment overwrite the first, which may have failed.
    /// </summary>
    private void FillId(ReportDraft draft)
    {
        if (draft.Has(DeploymentId))
        {
            return;
        }

        if (_job is null)
        {
            _origins.Remark(DeploymentId, "not filled in: git has commits, but no deployments; give -DeploymentId");
            return;
        }

        if (_job.Find(DeploymentId, out var source, out _) is not { } id)
        {
            return;
        }

        Add(Environment);
        // With the job's own service the id is the same whether or not somebody gives it.
        if (draft[Service] as string is { } service && service.Trim() != _job.Find(Service))
        {
            Add(Service);
        }

        draft[DeploymentId] = id;
        _origins.From(DeploymentId, source);

        void Add(string field)
        {
            if (draft[field] is string text && !string.IsNullOrWhiteSpace(text))
            {
                id += "-" + text.Trim();
                source += ", " + ReportDraft.Spell(field);
            }
        }
    }

    private FilledReport Result(ReportDraft draft, string first) =>
        new(draft.ToReport(), [first, .. _origins.Lines(draft, field => field == Status && _job is not null ? _job.StatusAdvice : "-" + field)], _warnings);

    /// <summary>Whether a commit is the one that was given, perhaps by its beginning.</summary>
    private static bool IsSame(string? commit, string? given) =>
        ReportValidation.IsCommitSha(given?.Trim()) && commit?.StartsWith(given!.Trim(), StringComparison.OrdinalIgnoreCase) == true;
}
