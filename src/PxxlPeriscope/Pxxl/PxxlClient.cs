using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace PxxlPeriscope;

/// <summary>Reads deployments, projects and usage from Pxxl. Every failure is a <see cref="ServiceException"/>.</summary>
public sealed class PxxlClient
{
    /// <summary>
    /// The page size asked for. No cap is documented for these routes; the routes with one cap at 200 and 500 and fall back to a
    /// small default above it, so this stays below.
    /// </summary>
    public const int LargestPage = 100;

    private readonly PxxlConnection _connection;
    private readonly ServiceCaller _caller;
    private readonly CallLog _log;

    /// <summary>A client for one user of the connection.</summary>
    public PxxlClient(PxxlConnection connection, CallLog? log = null)
    {
        _connection = connection;
        _log = log ?? CallLog.None;
        _caller = new ServiceCaller(connection, _log);
    }

    /// <summary>Whom the key belongs to.</summary>
    public async Task<Account> GetAccountAsync(CancellationToken cancellationToken = default)
    {
        var reply = await GetAsync("cli/whoami", cancellationToken).ConfigureAwait(false);
        using var json = reply.Parse();
        return AccountReader.Read(Granted(reply, json.RootElement), reply);
    }

    /// <summary>What the account, or the connection's team, has consumed.</summary>
    public async Task<Usage> GetUsageAsync(CancellationToken cancellationToken = default)
    {
        var reply = await GetAsync("cli/usage" + Query(("teamId", _connection.TeamId)), cancellationToken).ConfigureAwait(false);
        using var json = reply.Parse();
        return UsageReader.Read(Granted(reply, json.RootElement), reply);
    }

    /// <summary>All projects, page by page.</summary>
    public IAsyncEnumerable<Project> ListProjectsAsync(CancellationToken cancellationToken = default) =>
        Walk<Project>("cli/projects", "projects", LargestPage, () => new ProjectReader().Read, project => project.Id).Rows(ulong.MaxValue, null, cancellationToken);

    /// <summary>One project.</summary>
    public async Task<Project> GetProjectAsync(string id, CancellationToken cancellationToken = default) =>
        await GetOneAsync("cli/projects/", "project", id, new ProjectReader().Read, cancellationToken).ConfigureAwait(false);

    /// <summary>One deployment.</summary>
    public async Task<Deployment> GetDeploymentAsync(string id, CancellationToken cancellationToken = default) =>
        await GetOneAsync("cli/deployments/", "deployment", id, new DeploymentReader().Read, cancellationToken).ConfigureAwait(false);

    /// <summary>
    /// Deployments, page by page, newest first as far as the service keeps to that. With <see cref="DeploymentQuery.Since"/> no
    /// further page is asked for once a whole one is older: the order is not promised, and a few rows out of place are seen here.
    /// </summary>
    /// <param name="query">Which are wanted.</param>
    /// <param name="total">Called with the total that the service announces, or null, before the first row.</param>
    /// <param name="cancellationToken">Ends the request in flight.</param>
    public async IAsyncEnumerable<Deployment> ListDeploymentsAsync(
        DeploymentQuery query, Action<long?>? total = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var walk = WalkDeployments(query.ProjectId, query.PageSize, first => total?.Invoke(first.Info.Total));
        Func<Deployment, bool>? isOlder = query.Since is { } since ? deployment => deployment.CreatedAt < since : null;
        var undated = 0;
        await foreach (var deployment in walk.Rows(query.IsUnfiltered ? query.Wanted : ulong.MaxValue, isOlder, cancellationToken).ConfigureAwait(false))
        {
            if (query.IsUnfiltered || query.Includes(deployment))
            {
                yield return deployment;
            }
            else if (deployment.CreatedAt is null && (query.Since ?? query.Until) is not null)
            {
                undated++;
            }
        }

        if (undated > 0)
        {
            _log.Warning?.Invoke($"{undated} deployments have no creation time, so no date matches them. They were left out.");
        }
    }

    /// <summary>Whose deployments this client sees: another service or team is another history.</summary>
    internal string Scope => $"{_connection.BaseUri.Host} {_connection.TeamId}".TrimEnd();

    /// <summary>Everything on the pages back to a time, also what on them is older: whoever compares with what was read before learns of
    /// changes there for nothing.</summary>
    /// <returns>Whether the list was whole.</returns>
    internal async Task<bool> ReadBackAsync(string? projectId, DateTimeOffset since, Action<Deployment> take, CancellationToken cancellationToken)
    {
        var walk = WalkDeployments(projectId, LargestPage);
        await foreach (var deployment in walk.Rows(ulong.MaxValue, deployment => deployment.CreatedAt < since, cancellationToken).ConfigureAwait(false))
        {
            take(deployment);
        }

        return !walk.IsIncomplete;
    }

    /// <summary>The id of the project that has this id or name.</summary>
    /// <exception cref="ServiceException"><see cref="FailureCause.NotFound"/>, or <see cref="FailureCause.AmbiguousName"/> when
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
                ServiceName.Pxxl, FailureCause.NotFound, $"No project has the id or name '{Printable.Line(idOrName, 60)}', or not for this key and team."),
            _ => throw new ServiceException(
                ServiceName.Pxxl,
                FailureCause.AmbiguousName,
                $"{named.Count} projects are called '{Printable.Line(idOrName, 60)}'. Give the id: {string.Join(", ", named.Select(project => project.Id))}."),
        };
    }

    /// <summary>Any route below the base URI.</summary>
    /// <param name="method">Only GET and HEAD are ever repeated: no other route of Pxxl knows a repetition when it sees one.</param>
    /// <param name="path">Relative to the base, such as <c>teams</c>, with a query if there is one.</param>
    /// <param name="body">JSON; null for none.</param>
    /// <param name="cancellationToken">Ends the request or the wait in flight.</param>
    internal async Task<JsonReply> InvokeAsync(HttpMethod method, string path, string? body = null, CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(method, RelativePath.Check(_connection.BaseUri, path));
        var repeatable = method == HttpMethod.Get || method == HttpMethod.Head;
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }
        else if (!repeatable)
        {
            // .NET's own socket handler sends a request again when a kept connection breaks, unless it has begun to send a body.
            request.Content = new ByteArrayContent([]);
        }

        return await _caller.SendAsync(request, repeatable, cancellationToken).ConfigureAwait(false);
    }

    private async Task<JsonReply> GetAsync(string path, CancellationToken cancellationToken, string? subject = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_connection.BaseUri, path));
        if (subject is not null)
        {
            request.SetSubject(subject);
        }

        return await _caller.SendAsync(request, repeatable: true, cancellationToken).ConfigureAwait(false);
    }

    private async Task<T> GetOneAsync<T>(string path, string noun, string id, Func<JsonElement, T?> read, CancellationToken cancellationToken)
        where T : class
    {
        var reply = await GetAsync(path + Id(noun, id), cancellationToken, $"{noun} '{Printable.Line(id, 80)}'").ConfigureAwait(false);
        using var json = reply.Parse();
        return read(Envelope.Item(Granted(reply, json.RootElement), noun)) ?? throw reply.Invalid($"holds no {noun} in any known form");
    }

    private PageWalk<Deployment> WalkDeployments(string? projectId, int pageSize, Action<ListPage<Deployment>>? onFirst = null)
    {
        var path = projectId is null ? "cli/deployments" : $"cli/projects/{Id("project", projectId)}/deployments";
        var subject = projectId is null ? null : $"project '{Printable.Line(projectId, 80)}'";
        return Walk<Deployment>(path, "deployments", pageSize, () => new DeploymentReader().Read, deployment => deployment.Id, subject, onFirst);
    }

    private PageWalk<T> Walk<T>(
        string path, string noun, int pageSize, Func<Func<JsonElement, T?>> reader, Func<T, string> id, string? subject = null, Action<ListPage<T>>? onFirst = null)
        where T : class
    {
        return new PageWalk<T>(Fetch, id, _log);

        async Task<ListPage<T>> Fetch(int number, CancellationToken cancellationToken)
        {
            var query = Query(("page", number.ToString(CultureInfo.InvariantCulture)), ("limit", pageSize.ToString(CultureInfo.InvariantCulture)), ("teamId", _connection.TeamId));
            var reply = await GetAsync(path + query, cancellationToken, subject).ConfigureAwait(false);
            using var json = reply.Parse();
            var rows = Envelope.Rows(reply, Granted(reply, json.RootElement), noun);
            var items = ReadRows(rows, reader());
            var lost = rows.GetArrayLength() - items.Count;
            if (lost > 0)
            {
                if (items.Count == 0)
                {
                    throw reply.Invalid($"lists {noun} without an id");
                }

                _log.Warning?.Invoke($"{lost} of {rows.GetArrayLength()} {noun} on page {number} have no id and were left out.");
            }

            var page = new ListPage<T>(items, rows.GetArrayLength(), PageInfo.Read(json.RootElement));
            if (number == 1)
            {
                onFirst?.Invoke(page);
            }

            return page;
        }
    }

    private static List<T> ReadRows<T>(JsonElement rows, Func<JsonElement, T?> read)
        where T : class
    {
        var items = new List<T>(rows.GetArrayLength());
        foreach (var row in rows.EnumerateArray())
        {
            if (read(row) is { } item)
            {
                items.Add(item);
            }
        }

        return items;
    }

    private JsonElement Granted(JsonReply reply, JsonElement root) =>
        FailedReply.IsDenied(root) ? throw FailedReply.Denied(ServiceName.Pxxl, _connection.ApiKey, root, reply) : root;

    private static string Id(string kind, string id) => ResourceId.Escape(ServiceName.Pxxl, kind, id);

    private static string Query(params (string Name, string? Value)[] parameters)
    {
        var given = parameters.Where(parameter => parameter.Value is not null).Select(parameter => $"{parameter.Name}={Uri.EscapeDataString(parameter.Value!)}");
        return string.Join("&", given) is { Length: > 0 } query ? "?" + query : string.Empty;
    }
}
