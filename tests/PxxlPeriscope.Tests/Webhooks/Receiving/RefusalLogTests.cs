using System.Net;
using PxxlPeriscope.Http;
using PxxlPeriscope.Webhooks.Receiving;

namespace PxxlPeriscope.Tests.Webhooks.Receiving;

/// <summary>Verifies the warnings about refused requests, of which anyone can send any number.</summary>
public sealed class RefusalLogTests
{
    private readonly AutoAdvancingClock _clock = new();
    private readonly List<string> _warnings = [];
    private readonly RefusalLog _log;

    public RefusalLogTests() => _log = new RefusalLog(new CallLog { Warning = _warnings.Add }, _clock);

    [Fact]
    public void The_first_refusal_is_logged_immediately_and_the_others_once_a_minute_with_their_number()
    {
        Add("Mismatch", 1);
        Assert.Equal(["A webhook from 127.0.0.1 was refused: Mismatch."], _warnings);

        Add("TooOld", 2);
        Add("Mismatch", 40);
        _clock.Advance(TimeSpan.FromSeconds(59));
        Add("Mismatch", 1);
        Assert.Single(_warnings);

        _clock.Advance(TimeSpan.FromSeconds(1));
        Add("Mismatch", 1);
        Assert.Equal(
            "A webhook from 127.0.0.1 was refused: Mismatch. Refused since the last warning: 41 x Mismatch, 2 x TooOld.",
            _warnings[^1]
        );
        Assert.Equal(2, _warnings.Count);
    }

    [Fact]
    public void Remaining_refusals_are_logged_at_the_end()
    {
        _log.Flush();
        Add("Mismatch", 1);
        _log.Flush();
        Assert.Single(_warnings);

        Add("Mismatch", 3);
        _log.Flush();
        _log.Flush();

        Assert.Equal(["Refused since the last warning: 3 x Mismatch."], _warnings.Skip(1));
    }

    private void Add(string reason, int count)
    {
        for (var i = 0; i < count; i++)
        {
            _log.Add(IPAddress.Loopback, reason);
        }
    }
}
