using PxxlPeriscope.Pxxl.Logs;

namespace PxxlPeriscope.Tests.Pxxl.Logs;

/// <summary>Each line of a log is new exactly once, however the responses grow, repeat lines and drop the oldest ones.</summary>
public sealed class WindowOverlapTests
{
    private const int Runs = 400;

    [Fact]
    public void A_window_that_only_grows_is_never_ambiguous_even_where_all_lines_are_alike()
    {
        for (var seed = 0; seed < Runs; seed++)
        {
            var random = new Random(seed);
            var (log, seen, given) = (new List<ulong>(), new WindowOverlap(), new List<ulong>());
            for (var poll = 0; poll < 30; poll++)
            {
                log.AddRange(Enumerable.Range(0, random.Next(5)).Select(_ => (ulong)random.Next(1, 3)));
                Take(seen, [.. log], given, seed);
            }

            Assert.True(log.SequenceEqual(given), $"seed {seed}");
        }
    }

    [Fact]
    public void Lines_with_times_are_new_once_even_if_many_have_the_same_time()
    {
        for (var seed = 0; seed < Runs; seed++)
        {
            var random = new Random(seed);
            var (log, seen, given) = (new TimedLog(random), new WindowOverlap(), new List<ulong>());
            var begin = 0;
            for (var poll = 0; poll < 40; poll++)
            {
                var before = log.Lines.Count;
                log.Grow(random.Next(12));
                begin = poll == 0 ? 0 : random.Next(begin, log.LastBeginWithChange(begin, before) + 1);
                Take(seen, log.Window(begin), given, seed);
            }

            Assert.True(log.Lines.SequenceEqual(given), $"seed {seed}");
        }
    }

    [Fact]
    public void An_older_answer_and_a_whole_archive_in_between_repeat_nothing_and_lose_nothing()
    {
        for (var seed = 0; seed < Runs; seed++)
        {
            var random = new Random(seed);
            var (log, seen, given) = (new TimedLog(random), new WindowOverlap(), new List<ulong>());
            log.Grow(40);
            var begin = random.Next(10);
            given.AddRange(log.Lines.Take(begin));
            Take(seen, log.Window(begin), given, seed);
            for (var poll = 0; poll < 20; poll++)
            {
                var before = log.Lines.Count;
                if (random.Next(3) == 0)
                {
                    // Another replica that lags behind.
                    var stale = random.Next(begin + 1, before + 1);
                    Take(seen, [.. log.Lines.Take(stale).Skip(begin)], given, seed);
                }

                log.Grow(random.Next(8));
                begin = random.Next(4) == 0 ? 0 : random.Next(begin, log.LastBeginWithChange(begin, before) + 1);
                Take(seen, log.Window(begin), given, seed);
            }

            Assert.True(log.Lines.SequenceEqual(given), $"seed {seed}");
        }
    }

    [Fact]
    public void Memory_is_bounded_and_few_remembered_lines_are_enough()
    {
        for (var seed = 0; seed < Runs; seed++)
        {
            var random = new Random(seed);
            var (log, seen, given) = (new TimedLog(random), new WindowOverlap(maxLines: 30), new List<ulong>());
            for (var poll = 0; poll < 40; poll++)
            {
                log.Grow(random.Next(10));
                // Sometimes the whole log, sometimes the newest hundred lines.
                Take(seen, log.Window(random.Next(2) == 0 ? 0 : Math.Max(0, log.Lines.Count - 100)), given, seed);
            }

            Assert.True(log.Lines.SequenceEqual(given), $"seed {seed}");
        }
    }

    [Theory]
    [InlineData(6, 1)]
    [InlineData(6, 2)]
    [InlineData(7, 2)]
    [InlineData(100, 2)]
    public void A_heartbeat_without_times_is_followed_while_it_moves_by_less_than_its_period(int window, int step)
    {
        ulong[] period = [1, 2, 3];
        var log = Enumerable.Range(0, 600).Select(i => period[i % 3]).ToList();
        var (seen, given) = (new WindowOverlap(), new List<ulong>());
        for (var end = window; end <= log.Count; end += step)
        {
            Take(seen, [.. log.Take(end).Skip(end - window)], given, seed: 0);
        }

        Assert.Equal(window + ((log.Count - window) / step * step), given.Count);
        Assert.Equal(log.Take(given.Count), given);
    }

    [Theory]
    [InlineData("ab", "abab", "ab")]
    [InlineData("aab", "aabb", "b")]
    [InlineData("abcd", "cdaa", "aa")]
    [InlineData("aaaa", "aaaaa", "a")]
    [InlineData("abc", "xxabcd", "d")]
    [InlineData("abcdef", "bcd", "")]
    [InlineData("abc", "abc", "")]
    [InlineData("abc", "c", "")]
    [InlineData("abc", "", "")]
    [InlineData("", "aa", "aa")]
    public void The_longest_overlap_counts(string seenBefore, string window, string isNew)
    {
        var seen = new WindowOverlap();
        seen.Advance(Letters(seenBefore), out _);

        var begin = seen.Advance(Letters(window), out var hasGap);

        Assert.Equal((isNew, false), (window[begin..], hasGap));
    }

    [Fact]
    public void Without_an_overlap_all_lines_are_new_and_a_gap_is_reported()
    {
        var seen = new WindowOverlap();
        seen.Advance(Letters("abc"), out var atFirst);

        Assert.Equal(0, seen.Advance(Letters("xyz"), out var hasGap));
        Assert.Equal((false, true), (atFirst, hasGap));
        Assert.Equal(3, seen.Advance(Letters("xyzw"), out var after));
        Assert.False(after);
    }

    [Fact]
    public void A_hundred_thousand_like_lines_are_compared_in_linear_time()
    {
        // A search that restarts at each line would need ten billion comparisons.
        var log = Enumerable.Repeat(7UL, 100_000).ToArray();
        var seen = new WindowOverlap();
        seen.Advance([1, .. log], out _);

        Assert.Equal(100_000, seen.Advance([.. log, 2], out _));
    }

    private static ulong[] Letters(string text) => [.. text.Select(letter => (ulong)letter)];

    private static void Take(WindowOverlap seen, ulong[] window, List<ulong> given, int seed)
    {
        given.AddRange(window.AsSpan(seen.Advance(window, out var hasGap)));
        Assert.False(hasGap, $"seed {seed}");
    }

    /// <summary>A log with two different texts, whose times are equal for several lines and never decrease.</summary>
    private sealed class TimedLog(Random random)
    {
        private ulong _time = 1;

        public List<ulong> Lines { get; } = [];

        public void Grow(int lines)
        {
            for (var i = 0; i < lines; i++)
            {
                _time += random.Next(4) == 0 ? 1UL : 0;
                Lines.Add((_time * 10) + (ulong)random.Next(2));
            }
        }

        public ulong[] Window(int begin) => [.. Lines.Skip(begin)];

        /// <summary>The latest start that leaves a change of time among the lines seen before; otherwise the current one.</summary>
        public int LastBeginWithChange(int begin, int before)
        {
            for (var at = before - 2; at >= begin; at--)
            {
                if (Lines[at] / 10 != Lines[at + 1] / 10)
                {
                    return at;
                }
            }

            return begin;
        }
    }
}
