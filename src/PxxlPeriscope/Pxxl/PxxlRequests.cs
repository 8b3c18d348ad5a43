using System.Globalization;
using System.Text;
using System.Text.Json;
using PxxlPeriscope.Http;
using PxxlPeriscope.Pxxl.Paging;
using PxxlPeriscope.Text;

namespace PxxlPeriscope.Pxxl;

/// <summary>Sends requests to Pxxl and reads the responses: a single item, a whole list, or a list in pages.</summary>
internal sealed class PxxlRequests(PxxlConnection connection, CallLog log)
{
    private readonly ApiClient _caller = new(connection, log);

    internal TimeProvider Time => connection.Settings.TimeProvider;

    /// <summary>The key, to be removed from texts that the service returns.</summary>
    internal Secret Key => connection.ApiKey;

    internal async Task<ApiResponse> GetAsync(PxxlRoute route, CancellationToken cancellationToken)
    {
        var team = route.Team == PxxlRoute.TeamSelection.Connection || connection.IsTeamChosen ? connection.TeamId : null;
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(connection.BaseUri, route.ToRelativeUri(team)));
        if (route.Subject is { } subject)
        {
            request.SetSubject(subject);
        }

        if (team is not null)
        {
            request.SetRequestedTeam(Printable.ToSingleLine(team, 80));
        }

        if (route.IsConfidential)
        {
            request.SetConfidential();
        }

        return await _caller.SendAsync(request, isIdempotent: true, cancellationToken).ConfigureAwait(false);
    }

    internal async Task<T> GetOneAsync<T>(
        string path,
        string noun,
        string id,
        Func<JsonElement, T?> read,
        CancellationToken cancellationToken
    )
        where T : class
    {
        var reply = await GetAsync(PxxlRoute.Create(noun, id, path), cancellationToken).ConfigureAwait(false);
        using var json = reply.Parse();
        return read(ResponseEnvelope.Item(EnsureNotDenied(reply, json.RootElement), noun))
            ?? throw reply.CreateInvalidResponseException($"does not contain a {noun} in a known format");
    }

    /// <summary>Reads a list that Pxxl returns in one response.</summary>
    internal async Task<IReadOnlyList<T>> GetAllAsync<T>(
        PxxlRoute route,
        string[] nouns,
        Func<JsonElement, T?> read,
        CancellationToken cancellationToken
    )
        where T : class
    {
        var reply = await GetAsync(route, cancellationToken).ConfigureAwait(false);
        using var json = reply.Parse();
        var rows = ResponseEnvelope.Rows(reply, EnsureNotDenied(reply, json.RootElement), nouns);
        var page = ListPage<T>.Create(ReadRows(reply, rows, nouns[0], "the only page", read), rows.GetArrayLength(), json.RootElement);
        if (page.Total > page.RowCount)
        {
            log.Warning?.Invoke($"{page.Total} {nouns[0]} were announced, but the list contains {page.RowCount}, so it may be incomplete.");
        }

        return page.Items;
    }

    /// <summary>Creates a pager for a list in pages.</summary>
    internal Pager<T> CreatePager<T>(
        PxxlRoute route,
        string noun,
        int pageSize,
        Func<Func<JsonElement, T?>> reader,
        Func<T, string> id,
        Func<T, DateTimeOffset?>? date = null,
        Action<ListPage<T>>? onFirst = null
    )
        where T : class
    {
        return new Pager<T>(Fetch, id, date, Time, log);

        async Task<ListPage<T>> Fetch(int number, CancellationToken cancellationToken)
        {
            var page = route with
            {
                Query =
                [
                    ("page", number.ToString(CultureInfo.InvariantCulture)),
                    ("limit", pageSize.ToString(CultureInfo.InvariantCulture)),
                ],
            };
            var reply = await GetAsync(page, cancellationToken).ConfigureAwait(false);
            using var json = reply.Parse();
            var rows = ResponseEnvelope.Rows(reply, EnsureNotDenied(reply, json.RootElement), noun);
            var items = ReadRows(reply, rows, noun, $"page {number}", reader());
            var listed = ListPage<T>.Create(items, rows.GetArrayLength(), json.RootElement);
            if (number == 1)
            {
                onFirst?.Invoke(listed);
            }

            return listed;
        }
    }

    /// <summary>Calls any route below the base URI.</summary>
    /// <param name="method">The HTTP method. Only GET and HEAD are retried: no other route of Pxxl can recognize a repeated
    /// request.</param>
    /// <param name="path">The path relative to the base URI, such as <c>teams</c>, optionally with a query.</param>
    /// <param name="body">The JSON body; null for none.</param>
    /// <param name="cancellationToken">Cancels the current request or wait.</param>
    /// <param name="subject">What the request is about, so that the message for a 404 can name it.</param>
    internal async Task<ApiResponse> InvokeAsync(
        HttpMethod method,
        string path,
        string? body,
        CancellationToken cancellationToken,
        string? subject = null
    )
    {
        using var request = new HttpRequestMessage(method, RelativePath.Validate(connection.BaseUri, path));
        if (subject is not null)
        {
            request.SetSubject(subject);
        }

        var repeatable = method == HttpMethod.Get || method == HttpMethod.Head;
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }
        else if (!repeatable)
        {
            // The socket handler of .NET resends a request when a pooled connection breaks, unless it has started to send a body.
            request.Content = new ByteArrayContent([]);
        }

        return await _caller.SendAsync(request, repeatable, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Returns the root of the response, or throws if it reports a failure.</summary>
    internal JsonElement EnsureNotDenied(ApiResponse reply, JsonElement root) =>
        ErrorResponse.IsDenied(root) ? throw ErrorResponse.ToDeniedException(ServiceName.Pxxl, connection.ApiKey, root, reply) : root;

    private List<T> ReadRows<T>(ApiResponse reply, JsonElement rows, string noun, string page, Func<JsonElement, T?> read)
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

        var lost = rows.GetArrayLength() - items.Count;
        if (lost > 0)
        {
            if (items.Count == 0)
            {
                throw reply.CreateInvalidResponseException($"lists {noun} without an id");
            }

            log.Warning?.Invoke($"{lost} of {rows.GetArrayLength()} {noun} on {page} have no id and were skipped.");
        }

        return items;
    }
}
