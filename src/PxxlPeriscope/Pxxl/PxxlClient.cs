using System.Runtime.CompilerServices;
using PxxlPeriscope.Http;
using PxxlPeriscope.Pxxl.Accounts;
using PxxlPeriscope.Pxxl.Consumption;
using PxxlPeriscope.Pxxl.Deployments;
using PxxlPeriscope.Pxxl.Logs;
using PxxlPeriscope.Pxxl.Paging;
using PxxlPeriscope.Pxxl.Projects;
using PxxlPeriscope.Text;

namespace PxxlPeriscope.Pxxl;

/// <summary>Reads deployments, their logs, projects, domains, teams and usage from Pxxl. Every failure is a <see cref="ServiceException"/>.</summary>
public sealed class PxxlClient
{
    /// <summary>
    /// The page size asked for. No cap is documented for these routes; the routes with one cap at 200 and 500 and fall back to a
    /// small default above it, so this stays below.
    /// </summary>
    public const int MaxPageSize = 100;

    private readonly PxxlConnection _connection;
    private readonly PxxlRequests _requests;
    private readonly CallLog _log;

    /// <summary>A client for one user of the connection.</summary>
    public PxxlClient(PxxlConnection connection, CallLog? log = null)
    {
        _connection = connection;
        _log = log ?? CallLog.None;
        _requests = new PxxlRequests(connection, _log);
    }

    /// <summary>Whom the key belongs to.</summary>
    public async Task<Account> GetAccountAsync(CancellationToken cancellationToken = default)
    {
        var reply = await _requests.GetAsync(new PxxlRoute("cli/whoami"), cancellationToken).ConfigureAwait(false);
        using var json = reply.Parse();
        return AccountReader.Read(_requests.EnsureNotDenied(reply, json.RootElement), reply);
    }

    /// <summary>What the account, or the connection's team, has consumed.</summary>
    public async Task<Usage> GetUsageAsync(CancellationToken cancellationToken = default)
    {
        var reply = await _requests
            .GetAsync(new PxxlRoute("cli/usage") { Team = PxxlRoute.TeamSelection.Connection }, cancellationToken)
            .ConfigureAwait(false);
        using var json = reply.Parse();
        return UsageReader.Read(_requests.EnsureNotDenied(reply, json.RootElement), reply);
    }

    /// <summary>All projects, page by page.</summary>
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

    /// <summary>One project.</summary>
    public async Task<Project> GetProjectAsync(string id, CancellationToken cancellationToken = default) =>
        await _requests.GetOneAsync("cli/projects/", "project", id, new ProjectReader().Read, cancellationToken).ConfigureAwait(false);

    /// <summary>One deployment.</summary>
    public async Task<Deployment> GetDeploymentAsync(string id, CancellationToken cancellationToken = default) =>
        await _requests
            .GetOneAsync("cli/deployments/", "deployment", id, new DeploymentReader().Read, cancellationToken)
            .ConfigureAwait(false);

    /// <summary>
    /// Deployments, page by page, newest first as far as the service keeps to that. With <see cref="DeploymentQuery.Since"/> no
    /// further page is asked for once a whole one is older: the order is not promised, and a few rows out of place are seen here.
    /// </summary>
    /// <param name="query">Which are wanted.</param>
    /// <param name="total">Called with the total that the service announces, or null, before the first row.</param>
    /// <param name="cancellationToken">Ends the request in flight.</param>
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
            _log.Warning?.Invoke($"{withoutDate} deployments have no creation time, so no date matches them. They were left out.");
        }
    }

    /// <summary>Whose deployments this client sees: another service or team is another history.</summary>
    internal string Scope => $"{_connection.BaseUri.Host} {_connection.TeamId}".TrimEnd();

    /// <summary>
    /// Everything on the newest pages, also what on the last of them is older than what is wanted: whoever compares with what was read before
    /// learns of changes there for nothing.
    /// </summary>
    /// <param name="projectId">Only this project's; null for all.</param>
    /// <param name="isSufficient">Whether a page is the last that is wanted.</param>
    /// <param name="onDeployment">Takes a deployment.</param>
    /// <param name="cancellationToken">Ends the request in flight.</param>
    /// <returns>Whether the list was whole.</returns>
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

    /// <summary>Deploys a project again. Never repeated: Pxxl would deploy twice.</summary>
    /// <returns>The new deployment, as Pxxl knows it; only its id and status where it cannot be read, which is a warning.</returns>
    /// <exception cref="ServiceException">Where the answer did not come, it may have been started all the same; the message says so.</exception>
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
                ?? throw reply.CreateInvalidResponseException("does not name the new deployment");
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
            // It is started whatever comes after it: an error here would be taken for "not started", and the next attempt would deploy twice.
            if (exception.Cause is not CallFailure.NotFound)
            {
                _log.Warning?.Invoke($"{started.Id} is started, but cannot be read: {exception.Message}");
            }

            return started;
        }
    }

    /// <summary>The id of the project that has this id or name.</summary>
    /// <exception cref="ServiceException"><see cref="CallFailure.NotFound"/>, or <see cref="CallFailure.AmbiguousName"/> when
    /// several projects have the name.</exception>
    public async Task<string> FindProjectIdAsync(string idOrName, CancellationToken cancellationToken = default)
    {
        // Real ids look like this; asking for the list first would cost a request each time.
        if (idOrName.StartsWith("proj_", StringComparison.Ordinal))
        {
            return idOrName;
        }

        var named = new List<Project>();
        await foreach (var project in ListProjectsAsync(cancellationToken).ConfigureAwait(false))
        {
            if (project.Id == idOrName)
            {
                return idOrName;
            }

            if (string.Equals(project.Name, idOrName, StringComparison.OrdinalIgnoreCase))
            {
                named.Add(project);
            }
        }

        return named.Count switch
        {
            1 => named[0].Id,
            0 => throw new ServiceException(
                ServiceName.Pxxl,
                CallFailure.NotFound,
                $"No project has the id or name '{Printable.ToSingleLine(idOrName, 60)}', or not for this key and team."
            ),
            _ => throw new ServiceException(
                ServiceName.Pxxl,
                CallFailure.AmbiguousName,
                $"{named.Count} projects are called '{Printable.ToSingleLine(idOrName, 60)}'. Give the id: {string.Join(", ", named.Select(project => project.Id))}."
            ),
        };
    }

    /// <summary>The names of a project's environment variables, never their values.</summary>
    /// <param name="projectId">The project's id.</param>
    /// <param name="isGlobal">The project's global variables instead of its own.</param>
    /// <param name="cancellationToken">Ends the request in flight.</param>
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

    /// <summary>All domains. Pxxl's own tools ask for them without pages.</summary>
    public async Task<IReadOnlyList<Domain>> GetDomainsAsync(CancellationToken cancellationToken = default) =>
        await _requests
            .GetAllAsync(
                new PxxlRoute("cli/domains") { Team = PxxlRoute.TeamSelection.Connection },
                ["domains"],
                DomainReader.Read,
                cancellationToken
            )
            .ConfigureAwait(false);

    /// <summary>One domain, by id or name.</summary>
    public async Task<Domain> GetDomainAsync(string idOrName, CancellationToken cancellationToken = default)
    {
        var reply = await _requests.GetAsync(PxxlRoute.Create("domain", idOrName, "cli/domains/"), cancellationToken).ConfigureAwait(false);
        using var json = reply.Parse();
        return DomainReader.ReadOne(_requests.EnsureNotDenied(reply, json.RootElement))
            ?? throw reply.CreateInvalidResponseException("holds no domain in any known form");
    }

    /// <summary>The teams that the key's owner belongs to. Pxxl's own tools ask for them without pages.</summary>
    public async Task<IReadOnlyList<Team>> GetTeamsAsync(CancellationToken cancellationToken = default) =>
        await _requests.GetAllAsync(new PxxlRoute("teams"), ["teams"], TeamReader.Read, cancellationToken).ConfigureAwait(false);

    /// <summary>One team.</summary>
    public async Task<Team> GetTeamAsync(string id, CancellationToken cancellationToken = default) =>
        await _requests.GetOneAsync("teams/", "team", id, TeamReader.Read, cancellationToken).ConfigureAwait(false);

    /// <summary>The lines of a log as they come, oldest first; with <see cref="LogQuery.Follow"/> those too that are written meanwhile.</summary>
    public IAsyncEnumerable<LogLine> ReadLogAsync(LogQuery query, CancellationToken cancellationToken = default) =>
        new LogFollower(_requests, this, query, _log).ReadLinesAsync(cancellationToken);

    /// <summary>The last lines of a deployment's build log.</summary>
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
