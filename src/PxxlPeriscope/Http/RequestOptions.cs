namespace PxxlPeriscope.Http;

/// <summary>Values that a client of this library attaches to a request for the handlers in the isolated HttpClient.</summary>
internal static class RequestOptions
{
    private const string LogKey = "PxxlPeriscope.Log";
    private const string IdempotentKey = "PxxlPeriscope.Repeatable";
    private const string SubjectKey = "PxxlPeriscope.Subject";
    private const string RequestedTeamKey = "PxxlPeriscope.Team";
    private const string ConfidentialKey = "PxxlPeriscope.Confidential";
    private const string AttemptsKey = "PxxlPeriscope.Attempts";

    internal static void SetOptions(this HttpRequestMessage request, CallLog log, bool isIdempotent)
    {
        Set(request, LogKey, log);
        Set(request, IdempotentKey, isIdempotent);
    }

    internal static CallLog Log(this HttpRequestMessage request) => Get(request, LogKey) as CallLog ?? CallLog.None;

    /// <summary>Whether sending the request twice has the same effect as sending it once. Only then is it retried.</summary>
    internal static bool IsIdempotent(this HttpRequestMessage request) => Get(request, IdempotentKey) is true;

    /// <summary>What is requested, such as <c>deployment 'dep_1'</c>, so that the message for a 404 can name it.</summary>
    internal static string? Subject(this HttpRequestMessage request) => Get(request, SubjectKey) as string;

    internal static void SetSubject(this HttpRequestMessage request, string subject) => Set(request, SubjectKey, subject);

    /// <summary>The requested team, so that the message for a 404 can name it.</summary>
    internal static string? RequestedTeam(this HttpRequestMessage request) => Get(request, RequestedTeamKey) as string;

    internal static void SetRequestedTeam(this HttpRequestMessage request, string team) => Set(request, RequestedTeamKey, team);

    /// <summary>Whether the response may contain confidential values. If so, no error message quotes it.</summary>
    internal static bool IsConfidential(this HttpRequestMessage request) => Get(request, ConfidentialKey) is true;

    internal static void SetConfidential(this HttpRequestMessage request) => Set(request, ConfidentialKey, true);

    internal static int Attempts(this HttpRequestMessage request) => Get(request, AttemptsKey) as int? ?? 1;

    internal static void SetAttempts(this HttpRequestMessage request, int attempts) => Set(request, AttemptsKey, attempts);

#if NETSTANDARD2_0
    private static object? Get(HttpRequestMessage request, string key) => request.Properties.TryGetValue(key, out var value) ? value : null;

    private static void Set(HttpRequestMessage request, string key, object value) => request.Properties[key] = value;
#else
    private static object? Get(HttpRequestMessage request, string key) =>
        request.Options.TryGetValue(new HttpRequestOptionsKey<object>(key), out var value) ? value : null;

    private static void Set(HttpRequestMessage request, string key, object value) =>
        request.Options.Set(new HttpRequestOptionsKey<object>(key), value);
#endif
}
