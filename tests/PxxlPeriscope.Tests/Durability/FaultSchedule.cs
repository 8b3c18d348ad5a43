using PxxlPeriscope.Sandbox;
using PxxlPeriscope.Sandbox.Faults;

namespace PxxlPeriscope.Tests.Durability;

/// <summary>Injects all kinds of faults at the same time. About a third of all calls fails.</summary>
internal static class FaultSchedule
{
    /// <summary>
    /// Faults per thousand calls. Faults at Pxxl that are not retried within a call are rare: they end the whole run, which would then
    /// never get to send anything.
    /// </summary>
    private static readonly (FaultKind Kind, int AtPeriscope, int AtPxxl)[] FaultRates =
    [
        (FaultKind.TooManyRequestsSeconds, 6, 6),
        (FaultKind.TooManyRequestsDate, 6, 6),
        (FaultKind.Unavailable503RetryAfter, 6, 6),
        (FaultKind.TooManyRequestsBare, 35, 60),
        (FaultKind.ServerError500, 45, 2),
        (FaultKind.BadGateway502, 40, 70),
        (FaultKind.Unavailable503, 35, 50),
        (FaultKind.GatewayTimeout504, 35, 50),
        (FaultKind.ResetBeforeResponse, 40, 40),
        (FaultKind.ResetAfterStored, 40, 20),
        (FaultKind.ResetInBody, 20, 10),
        (FaultKind.StallBeforeHeaders, 6, 6),
        (FaultKind.StallInBody, 6, 6),
        (FaultKind.TruncatedJson, 14, 2),
    ];

    public static bool IsRetryAfter(FaultKind kind) =>
        kind is FaultKind.TooManyRequestsSeconds or FaultKind.TooManyRequestsDate or FaultKind.Unavailable503RetryAfter;

    public static bool IsStall(FaultKind kind) => kind is FaultKind.StallBeforeHeaders or FaultKind.StallInBody;

    /// <summary>Adds the faults.</summary>
    public static void Inject(SandboxHost sandbox, int seed = 1, Func<FaultKind, bool>? except = null)
    {
        var kinds = FaultRates.Where(share => except?.Invoke(share.Kind) != true).ToList();
        // Each kind at least once at Periscope, so that every kind occurs even in a small run.
        for (var i = 0; i < kinds.Count; i++)
        {
            sandbox.Faults.Add(
                new Fault
                {
                    Kind = kinds[i].Kind,
                    Service = Service.Periscope,
                    Times = 1,
                    Skip = (5 * i) + 3,
                }
            );
        }

        foreach (var service in Enum.GetValues<Service>())
        {
            // A request that one fault does not affect is offered to the next.
            var remaining = 1.0;
            foreach (var (kind, atPeriscope, atPxxl) in kinds)
            {
                var share = (service == Service.Periscope ? atPeriscope : atPxxl) / 1000.0;
                sandbox.Faults.Add(
                    new Fault
                    {
                        Kind = kind,
                        Service = service,
                        Probability = share / remaining,
                        Seed = ++seed,
                    }
                );
                remaining -= share;
            }
        }
    }

    /// <summary>The number of calls to each service that each kind of fault affected.</summary>
    public static string Describe(SandboxHost sandbox) =>
        string.Join(
            "; ",
            Enum.GetValues<Service>()
                .Select(service =>
                    $"{service}: "
                    + string.Join(", ", FaultRates.Select(share => $"{sandbox.Faults.CountInjected(service, share.Kind)} {share.Kind}"))
                )
        );

    public static void AssertAllHappened(SandboxHost sandbox) =>
        Assert.DoesNotContain(FaultRates, share => sandbox.Faults.CountInjected(Service.Periscope, share.Kind) == 0);
}
