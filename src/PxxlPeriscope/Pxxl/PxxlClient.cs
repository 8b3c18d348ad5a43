using System.Runtime.CompilerServices;
using PxxlPeriscope.Http;
using PxxlPeriscope.Pxxl.Accounts;
using PxxlPeriscope.Pxxl.Consumption;
using PxxlPeriscope.Pxxl.Deployments;
using PxxlPeriscope.Pxxl.Logs;
using PxxlPeriscope.Pxxl.Paging;
using PxxlPeriscope.Pxxl.Projects;

namespace PxxlPeriscope.Pxxl;

/// <summary>
/// Reads deployments, logs, projects, domains, teams and usage from Pxxl. Every failure is a <see cref="ServiceException"/>.
/// </summary>
public sealed class PxxlClient
{
    /// <summary>
    /// The page size that is requested. No maximum is documented for these routes. Routes with a documented maximum cap at 200 or 500 and
    /// fall back to a small default above it, so this value stays below.
    /// </summary>
    public const int MaxPageSize = 100;

    private readonly PxxlConnection _connection;
    private readonly PxxlRequests _requests;
    private readonly CallLog _log;

    /// <summary>Creates a client for one user of the connection.</summary>
    public PxxlClient(PxxlConnection connection, CallLog? log = null)
    {
        _connection = connection;
        _log = log ?? CallLog.None;
        _requests = new PxxlRequests(connection, _log);
    }

    /// <summary>Returns the account that the key belongs to.</summary>
    public async Task<Account> GetAccountAsync(CancellationToken cancellationToken = default)
    {
        var reply = await _requests.GetAsync(new PxxlRoute("cli/whoami"), cancellationToken).ConfigureAwait(false);
        using var json = reply.Parse();
        return AccountReader.Read(_requests.EnsureNotDenied(reply, json.RootElement), reply);
    }

    /// <summary>Returns the usage of the account, or of the connection's team.</summary>
    public async Task<Usage> GetUsageAsync(CancellationToken cancellationToken = default)
    {
        var reply = await _requests
            .GetAsync(new PxxlRoute("cli/usage") { Team = PxxlRoute.TeamSelection.Connection }, cancellationToken)
            .ConfigureAwait(false);
        using var json = reply.Parse();
        return UsageReader.Read(_requests.EnsureNotDenied(reply, json.RootElement), reply);
    }

    /// <summary>Lists all projects, page by page.</summary>
    public IAsyncEnumerable<Project> ListProjectsAsync(CancellationToken cancellationToken = default) =>
        _requests
            .CreatePager<Project>(
                new PxxlRoute("cli/projects") { Team = PxxlRoute.TeamSelection.Connection },
                "projects",
                MaxPageSize,
                () => new ProjectReader().Read,
                project => project.Id
            )
            .ReadRowsAsync(ulong.MaxValue, null, cancellationToken);

    /// <summary>Returns one project.</summary>
    public async Task<Project> GetProjectAsync(string id, CancellationToken cancellationToken = default) =>
        await _requests.GetOneAsync("cli/projects/", "project", id, new ProjectReader().Read, cancellationToken).ConfigureAwait(false);

    /// <summary>Returns one deployment.</summary>
    public async Task<Deployment> GetDeploymentAsync(string id, CancellationToken cancellationToken = default) =>
        await _requests
            .GetOneAsync("cli/deployments/", "deployment", id, new DeploymentReader().Read, cancellationToken)
            .ConfigureAwait(false);

    /// <summary>
    /// Lists deployments, page by page, in the order of the service, usually newest first. With <see cref="DeploymentQuery.Since"/>,
    /// reading stops after a page on which every row is older: the order is not guaranteed, so a few rows out of order are still found.
    /// </summary>
    /// <param name="query">Selects the deployments.</param>
    /// <param name="total">Called before the first row with the total that the service announces, or null.</param>
    /// <param name="cancellationToken">Cancels the current request.</param>
    public async IAsyncEnumerable<Deployment> ListDeploymentsAsync(
        DeploymentQuery query,
        Action<long?>? total = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        var pager = CreateDeploymentPager(query.ProjectId, query.PageSize, first => total?.Invoke(first.Total));
        Func<IReadOnlyList<Deployment>, bool>? isSufficient = query.Since is { } since
            ? page => page.All(deployment => deployment.CreatedAt < since)
            : null;
        var withoutDate = 0;
        await foreach (
            var deployment in pager
                .ReadRowsAsync(query.IsUnfiltered ? query.MaxRows : ulong.MaxValue, isSufficient, cancellationToken)
                .ConfigureAwait(false)
        )
        {
            if (query.IsUnfiltered || query.Includes(deployment))
            {
                yield return deployment;
            }
            else if (deployment.CreatedAt is null && (query.Since ?? query.Until) is not null)
            {
                withoutDate++;
            }
        }

        if (withoutDate > 0)
        {
            _log.Warning?.Invoke($"{withoutDate} deployments have no creation time, so they match no date and were skipped.");
        }
    }

    /// <summary>Identifies the history that this client reads, which differs by service and team.</summary>
    internal string Scope => $"{_connection.BaseUri.Host} {_connection.TeamId}".TrimEnd();

    /// <summary>
    /// Reads all rows of the newest pages, including rows on the last page that are older than requested: a caller that compares them with
    /// an earlier read detects changes without additional requests.
    /// </summary>
    /// <param name="projectId">The project's id; null for all projects.</param>
    /// <param name="isSufficient">Returns whether a page is the last one to read.</param>
    /// <param name="onDeployment">Receives each deployment.</param>
    /// <param name="cancellationToken">Cancels the current request.</param>
    /// <returns>Whether the list was complete.</returns>
    internal async Task<bool> ReadUntilAsync(
        string? projectId,
        Func<IReadOnlyList<Deployment>, bool> isSufficient,
        Func<Deployment, Task> onDeployment,
        CancellationToken cancellationToken
    )
    {
        var pager = CreateDeploymentPager(projectId, MaxPageSize);
        await foreach (var deployment in pager.ReadRowsAsync(ulong.MaxValue, isSufficient, cancellationToken).ConfigureAwait(false))
        {
            await onDeployment(deployment).ConfigureAwait(false);
        }

        return !pager.IsIncomplete;
    }

    /// <summary>Redeploys a project. The request is never retried, because Pxxl would deploy twice.</summary>
    /// <returns>The new deployment; only its id and status, with a warning, if it cannot be read.</returns>
    /// <exception cref="ServiceException">The call failed. If there was no response, the deployment may have been started; the message says
    /// so.</exception>
    public async Task<Deployment> RedeployAsync(
        string projectId,
        string? commitSha = null,
        string? commitMessage = null,
        CancellationToken cancellationToken = default
    )
    {
        RedeployRequest.ValidateCommit(commitSha);
        var route = PxxlRoute.Create("project", projectId, "cli/projects/", "/redeploy");
        var path = route.ToRelativeUri(_connection.IsTeamChosen ? _connection.TeamId : null);
        Deployment started;
        try
        {
            var reply = await _requests
                .InvokeAsync(HttpMethod.Post, path, RedeployRequest.WriteBody(commitSha, commitMessage), cancellationToken, route.Subject)
                .ConfigureAwait(false);
            using var json = reply.Parse();
            started =
                RedeployRequest.ReadDeployment(_requests.EnsureNotDenied(reply, json.RootElement), projectId)
                ?? throw reply.CreateInvalidResponseException("does not contain the new deployment");
        }
        catch (ServiceException failure) when (RedeployRequest.IsOutcomeUnknown(failure))
        {
            throw RedeployRequest.ToUncertainException(failure, projectId);
        }

        try
        {
            return await GetDeploymentAsync(started.Id, cancellationToken).ConfigureAwait(false);
        }
        catch (ServiceException exception)
        {
            // The deployment has started whatever happens next. An error here would be mistaken for "not started", and a retry would deploy
            // twice.
            if (exception.Cause is not CallFailure.NotFound)
            {
                _log.Warning?.Invoke($"The deployment {started.Id} was started, but cannot be read: {exception.Message}");
            }

            return started;
        }
    }

    /// <summary>Returns the id of the project with this id or name.</summary>
    /// <exception cref="ServiceException"><see cref="CallFailure.NotFound"/>, or <see cref="CallFailure.AmbiguousName"/> if several
    /// projects have the name.</exception>
    public Task<string> FindProjectIdAsync(string idOrName, CancellationToken cancellationToken = default) =>
        ProjectIdResolver.FindAsync(idOrName, ListProjectsAsync, cancellationToken);

    /// <summary>Returns the names of a project's environment variables, never their values.</summary>
    /// <param name="projectId">The project's id.</param>
    /// <param name="isGlobal">Whether to return the project's global variables instead of its own.</param>
    /// <param name="cancellationToken">Cancels the current request.</param>
    public async Task<IReadOnlyList<ProjectVariable>> GetVariablesAsync(
        string projectId,
        bool isGlobal = false,
        CancellationToken cancellationToken = default
    )
    {
        var route = PxxlRoute.Create("project", projectId, "cli/projects/", isGlobal ? "/global-envs" : "/envs") with
        {
            IsConfidential = true,
        };
        return await _requests
            .GetAllAsync(route, ["envs", "variables"], row => ProjectVariableReader.Read(row, projectId, isGlobal), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Returns all domains. The Pxxl tools request this list without paging.</summary>
    public async Task<IReadOnlyList<Domain>> GetDomainsAsync(CancellationToken cancellationToken = default) =>
        await _requests
            .GetAllAsync(
                new PxxlRoute("cli/domains") { Team = PxxlRoute.TeamSelection.Connection },
                ["domains"],
                DomainReader.Read,
                cancellationToken
            )
            .ConfigureAwait(false);

    /// <summary>Returns one domain, by id or name.</summary>
    public async Task<Domain> GetDomainAsync(string idOrName, CancellationToken cancellationToken = default)
    {
        var reply = await _requests.GetAsync(PxxlRoute.Create("domain", idOrName, "cli/domains/"), cancellationToken).ConfigureAwait(false);
        using var json = reply.Parse();
        return DomainReader.ReadOne(_requests.EnsureNotDenied(reply, json.RootElement))
            ?? throw reply.CreateInvalidResponseException("does not contain a domain in a known format");
    }

    /// <summary>Returns the teams that the key's owner belongs to. The Pxxl tools request this list without paging.</summary>
    public async Task<IReadOnlyList<Team>> GetTeamsAsync(CancellationToken cancellationToken = default) =>
        await _requests.GetAllAsync(new PxxlRoute("teams"), ["teams"], TeamReader.Read, cancellationToken).ConfigureAwait(false);

    /// <summary>Returns one team.</summary>
    public async Task<Team> GetTeamAsync(string id, CancellationToken cancellationToken = default) =>
        await _requests.GetOneAsync("teams/", "team", id, TeamReader.Read, cancellationToken).ConfigureAwait(false);

    /// <summary>
    /// Reads the lines of a log, oldest first. With <see cref="LogQuery.Follow"/>, also returns lines as they are written.
    /// </summary>
    public IAsyncEnumerable<LogLine> ReadLogAsync(LogQuery query, CancellationToken cancellationToken = default) =>
        new LogFollower(_requests, this, query, _log).ReadLinesAsync(cancellationToken);

    /// <summary>Returns the last lines of a deployment's build log.</summary>
    internal async Task<IReadOnlyList<string>> GetLastLogLinesAsync(string deploymentId, int lines, CancellationToken cancellationToken)
    {
        var last = new List<string>();
        await foreach (
            var line in ReadLogAsync(new LogQuery { DeploymentId = deploymentId, Tail = lines }, cancellationToken).ConfigureAwait(false)
        )
        {
            last.Add(line.Text);
        }

        return last;
    }

    /// <inheritdoc cref="PxxlRequests.InvokeAsync"/>
    internal Task<ApiResponse> InvokeAsync(
        HttpMethod method,
        string path,
        string? body = null,
        CancellationToken cancellationToken = default
    ) => _requests.InvokeAsync(method, path, body, cancellationToken);

    private Pager<Deployment> CreateDeploymentPager(string? projectId, int pageSize, Action<ListPage<Deployment>>? onFirst = null)
    {
        var route = projectId is null
            ? new PxxlRoute("cli/deployments")
            : PxxlRoute.Create("project", projectId, "cli/projects/", "/deployments");
        return _requests.CreatePager<Deployment>(
            route with
            {
                Team = PxxlRoute.TeamSelection.Connection,
            },
            "deployments",
            pageSize,
            () => new DeploymentReader().Read,
            deployment => deployment.Id,
            deployment => deployment.CreatedAt,
            onFirst
        );
    }
}
