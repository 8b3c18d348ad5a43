using System.Collections.Concurrent;
using System.Text;
using PxxlPeriscope.Compatibility;
using PxxlPeriscope.Webhooks.Signatures;

namespace PxxlPeriscope.Tests.Webhooks.Signatures;

/// <summary>The file that prevents accepting a webhook twice.</summary>
public sealed class ReplayGuardTests : IDisposable
{
    private const int Length = 32;
    private const int Header = 8;

    private readonly TempFolder _folder = new();

    private string Seen => _folder["seen"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_signature_is_accepted_once()
    {
        var guard = new ReplayGuard(Seen);

        Assert.True(guard.Remember(Signature(1)));
        Assert.False(guard.Remember(Signature(1)));
        Assert.True(guard.Remember(Signature(2)));
        Assert.False(guard.Remember(Signature(2)));
        Assert.False(guard.Remember(Signature(1)));
    }

    [Fact]
    public void Recorded_signatures_are_known_to_the_next_process()
    {
        Assert.True(new ReplayGuard(Seen).Remember(Signature(1)));

        Assert.False(new ReplayGuard(Seen).Remember(Signature(1)));
        Assert.True(new ReplayGuard(_folder["other"]).Remember(Signature(1)));
    }

    [Fact]
    public void A_full_file_forgets_the_oldest_and_never_grows_beyond_its_bound()
    {
        Fill(ReplayGuard.Capacity);
        var guard = new ReplayGuard(Seen);

        Assert.False(guard.Remember(Signature(0)));
        Assert.True(guard.Remember(Signature(ReplayGuard.Capacity)));

        Assert.InRange(new FileInfo(Seen).Length, Header + Length, Header + (ReplayGuard.Capacity * Length));
        Assert.All(
            [ReplayGuard.Capacity / 2, ReplayGuard.Capacity - 1, ReplayGuard.Capacity],
            number => Assert.False(guard.Remember(Signature(number)))
        );
        Assert.True(guard.Remember(Signature(0)));
    }

    [Fact]
    public void New_signatures_are_recorded_in_a_full_file_which_is_rewritten_once()
    {
        Fill(ReplayGuard.Capacity);
        var newest = Enumerable.Range(ReplayGuard.Capacity, 6).ToList();

        Assert.All(newest, number => Assert.True(new ReplayGuard(Seen).Remember(Signature(number))));

        Assert.All(newest, number => Assert.False(new ReplayGuard(Seen).Remember(Signature(number))));
        Assert.Equal(Header + (((ReplayGuard.Capacity / 2) + newest.Count) * Length), new FileInfo(Seen).Length);
    }

    [Fact]
    public void The_bound_holds_when_the_last_place_is_taken()
    {
        Fill(ReplayGuard.Capacity - 1);
        var guard = new ReplayGuard(Seen);

        Assert.All(Enumerable.Range(ReplayGuard.Capacity - 1, 3), number => Assert.True(guard.Remember(Signature(number))));

        Assert.InRange(new FileInfo(Seen).Length, Header, Header + (ReplayGuard.Capacity * Length));
        Assert.False(new ReplayGuard(Seen).Remember(Signature(ReplayGuard.Capacity + 1)));
    }

    [Fact]
    public void One_of_many_concurrent_attempts_is_accepted()
    {
        var accepted = new ConcurrentBag<int>();
        using var start = new Barrier(4);

        var threads = Enumerable
            .Range(0, 4)
            .Select(_ => new Thread(() =>
            {
                start.SignalAndWait();
                for (var number = 0; number < 25; number++)
                {
                    if (new ReplayGuard(Seen).Remember(Signature(number)))
                    {
                        accepted.Add(number);
                    }
                }
            }))
            .ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());

        Assert.Equal(Enumerable.Range(0, 25), accepted.Order());
    }

    [Theory]
    [InlineData("my notes, which must not be lost, longer than a header and a signature")]
    [InlineData("short")]
    [InlineData("PXXLSEEM")]
    public void A_file_of_somebody_else_is_left_untouched_and_lets_nothing_through(string content)
    {
        File.WriteAllText(Seen, content);

        Assert.Contains(
            Seen,
            Assert.ThrowsAny<IOException>(() => new ReplayGuard(Seen).Remember(Signature(1))).Message,
            StringComparison.Ordinal
        );

        Assert.Equal(content, File.ReadAllText(Seen));
    }

    [Fact]
    public void An_incomplete_record_does_not_affect_the_others()
    {
        Assert.True(new ReplayGuard(Seen).Remember(Signature(1)));
        File.AppendAllText(Seen, "cut off");

        Assert.False(new ReplayGuard(Seen).Remember(Signature(1)));
        Assert.True(new ReplayGuard(Seen).Remember(Signature(2)));
        Assert.True(new ReplayGuard(Seen).Remember(Signature(3)));

        Assert.All([1, 2, 3], number => Assert.False(new ReplayGuard(Seen).Remember(Signature(number))));
        Assert.Equal(Header + (3 * Length), new FileInfo(Seen).Length);
    }

    [Fact]
    public void An_empty_file_is_a_beginning()
    {
        File.WriteAllText(Seen, string.Empty);

        Assert.True(new ReplayGuard(Seen).Remember(Signature(1)));
        Assert.False(new ReplayGuard(Seen).Remember(Signature(1)));
    }

    [Fact]
    public void A_place_that_cannot_be_written_lets_nothing_through()
    {
        Assert.ThrowsAny<IOException>(() => new ReplayGuard(_folder["missing/seen"]).Remember(Signature(1)));
        // Opening a folder fails like a file without permissions, even for an administrator.
        Assert.ThrowsAny<IOException>(() => new ReplayGuard(_folder.Path).Remember(Signature(1)));
    }

    [Fact]
    public void The_file_holds_neither_body_nor_secret()
    {
        var request = SignedWebhook.Request(SignedWebhook.Body("dep_confidential"), DateTimeOffset.UtcNow);

        Assert.True(
            new WebhookVerifier { Secrets = [SignedWebhook.Secret], ReplayGuard = new ReplayGuard(Seen) }
                .Check(request)
                .IsValid
        );

        var content = Encoding.Latin1.GetString(File.ReadAllBytes(Seen));
        Assert.DoesNotContain("confidential", content, StringComparison.Ordinal);
        Assert.DoesNotContain(SignedWebhook.SecretText, content, StringComparison.Ordinal);
        Assert.Equal(Header + Length, content.Length);
    }

    /// <summary>The file after this number of signatures.</summary>
    private void Fill(int count)
    {
        Assert.True(new ReplayGuard(Seen).Remember(Signature(0)));
        using var file = new FileStream(Seen, FileMode.Append);
        for (var number = 1; number < count; number++)
        {
            file.Write(Signature(number));
        }
    }

    private static byte[] Signature(int number) => Hashing.Sha256(BitConverter.GetBytes(number));
}
