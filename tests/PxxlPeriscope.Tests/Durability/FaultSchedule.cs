using PxxlPeriscope.Sandbox;
using PxxlPeriscope.Sandbox.Faults;

namespace PxxlPeriscope.Tests.Durability;

/// <summary>Everything that goes wrong with services, all at once: a third of all calls fails.</summary>
internal static class FaultSchedule
{
    /// <summary>
    /// Of a thousand calls. At Pxxl what is not repeated within a call is rare: it ends the whole run, which would then never get to
    /// send anything, and with it everything that this is about.
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

    /// <summary>Switches it on.</summary>
    public static void Inject(SandboxHost sandbox, int seed = 1, Func<FaultKind, bool>? except = null)
    {
        var kinds = FaultRates.Where(share => except?.Invoke(share.Kind) != true).ToList();
        // Each once at Periscope for sure, so that a small run has met all of them.
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
            // A request that one fault has spared is offered to the next.
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

    /// <summary>How many calls of either service it has struck, and by what.</summary>
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
