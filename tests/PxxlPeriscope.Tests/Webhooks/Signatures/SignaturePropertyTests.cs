using System.Reflection;
using System.Reflection.Emit;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using PxxlPeriscope.Compatibility;
using PxxlPeriscope.Webhooks;
using PxxlPeriscope.Webhooks.Signatures;

namespace PxxlPeriscope.Tests.Webhooks.Signatures;

/// <summary>
/// Mutations of genuine webhooks: a mutation is accepted exactly if it has the same meaning. The duration of the comparison does not reveal
/// how much of a forged signature is correct.
/// </summary>
public sealed class SignaturePropertyTests
{
    private const int Seed = 20260314;
    private const int Cases = 100_000;
    private const int Genuine = 2_000;

    private static readonly DateTimeOffset Sent = new(2026, 3, 14, 9, 0, 0, TimeSpan.Zero);

    private static readonly string[] Names =
    [
        "project.created",
        "project.updated",
        "project.deleted",
        "deployment.created",
        "deployment.status_changed",
        "redeployment.queued",
        "github.deployment",
        "environment.updated",
        "user.profile_updated",
        "oauth.authorized",
        "oauth.denied",
        "oauth.revoked",
        "oauth.test",
    ];

    private static readonly Dictionary<string, Func<Webhook, Random, (Webhook Mutated, bool IsSame)>> Mutations = new()
    {
        ["nothing"] = (w, _) => (w, true),

        ["a bit of the body flipped"] = (w, random) => (w with { Body = Flipped(w.Body, random) }, false),
        ["a byte put into the body"] = (w, random) => (w with { Body = Inserted(w.Body, random, (byte)random.Next(256)) }, false),
        ["a byte of the body removed"] = (w, random) => (w with { Body = Removed(w.Body, random.Next(w.Body.Length)) }, false),
        ["the body cut off"] = (w, random) => (w with { Body = w.Body[..random.Next(w.Body.Length)] }, false),
        ["white space put into the body"] = (w, random) =>
            (w with { Body = Inserted(w.Body, random, Pick(random, (byte)' ', (byte)'\n', (byte)'\r', (byte)'\t')) }, false),
        ["a line end after the body"] = (w, _) => (w with { Body = [.. w.Body, (byte)'\n'] }, false),
        ["a byte order mark before the body"] = (w, _) => (w with { Body = [.. Encoding.UTF8.GetPreamble(), .. w.Body] }, false),
        ["the body doubled"] = (w, _) => (w with { Body = [.. w.Body, .. w.Body] }, false),
        ["the body written again with other white space"] = (w, _) =>
            (w with { Body = Encoding.UTF8.GetBytes(JsonNode.Parse(w.Body)!.ToJsonString(new() { WriteIndented = true })) }, false),
        ["the body of another webhook"] = (w, random) => (w with { Body = Another(w, random).Body }, false),
        ["no body"] = (w, _) => (w with { Body = [] }, false),

        // The time of the event comes from the signed body, so an unsigned header that is recent enough has no effect.
        ["another timestamp"] = (w, random) =>
            (
                w.With(
                    SignedWebhook.TimestampHeader,
                    SignedWebhook.ToUnixSeconds(Sent.AddSeconds(Pick(random, -1, 1) * random.Next(1, 200)))
                ),
                !w.Scheme.BindsTimestamp()
            ),
        ["the timestamp in milliseconds"] = (w, _) =>
            (w.With(SignedWebhook.TimestampHeader, w.Timestamp + "000"), !w.Scheme.BindsTimestamp()),
        ["a zero before the timestamp"] = (w, _) => (w.With(SignedWebhook.TimestampHeader, "0" + w.Timestamp), !w.Scheme.BindsTimestamp()),
        ["white space around the timestamp"] = (w, random) =>
            (w.With(SignedWebhook.TimestampHeader, Pick(random, $" {w.Timestamp}", $"{w.Timestamp} ", $"\t{w.Timestamp} ")), true),
        ["a timestamp of another day"] = (w, random) =>
            (
                w.With(SignedWebhook.TimestampHeader, SignedWebhook.ToUnixSeconds(Sent.AddDays(Pick(random, -1, 1) * random.Next(1, 9)))),
                false
            ),
        ["no timestamp"] = (w, _) => (w.Without(SignedWebhook.TimestampHeader), false),
        ["a timestamp that is none"] = (w, random) =>
            (
                w.With(SignedWebhook.TimestampHeader, Pick(random, "", "now", "-" + w.Timestamp, w.Timestamp + ".0", w.Timestamp + "e0")),
                false
            ),

        ["a bit of the signature flipped"] = (w, random) => (w.Signed(Hex(Flipped(w.SignatureBytes, random))), false),
        ["a bit of a base64 signature flipped"] = (w, random) =>
            (w.Signed(Convert.ToBase64String(Flipped(w.SignatureBytes, random))), false),
        ["the signature cut off"] = (w, random) => (w.Signed(w.Signature[..random.Next(w.Signature.Length)]), false),
        ["the signature cut off to whole bytes"] = (w, random) => (w.Signed(Hex(w.SignatureBytes[..random.Next(32)])), false),
        ["a base64 signature cut off"] = (w, random) => (w.Signed(Convert.ToBase64String(w.SignatureBytes)[..random.Next(43)]), false),
        ["the signature with more behind it"] = (w, random) =>
            (w.Signed(w.Signature + Pick(random, "0", "00", "=", ",", "," + w.Signature, w.Signature)), false),
        ["the signature of another webhook"] = (w, random) => (w.Signed(Another(w, random).Signature), false),
        ["no signature"] = (w, random) => (Pick(random, w.Signed(""), w.Signed(" "), w.Without(SignedWebhook.SignatureHeader)), false),
        ["a signature of zeros"] = (w, _) => (w.Signed(new string('0', 64)), false),
        ["the plain hash as signature"] = (w, _) => (w.Signed(Hex(SHA256.HashData(w.Body))), false),
        ["an unknown prefix"] = (w, random) =>
            (
                w.Signed(Pick(random, "sha1=", "sha512=", "v0=", "v2=", "hmac=", "sha256:", "=", "sha256=v1=", "v1=v1=") + w.Signature),
                false
            ),
        ["another spelling of the signature"] = (w, random) => (w.Signed(Respelled(w, random)), true),

        ["header names in another case"] = (w, random) =>
            (
                w with
                {
                    Headers =
                    [
                        .. w.Headers.Select(header => new KeyValuePair<string, string?>(OtherCase(header.Key, random), header.Value)),
                    ],
                },
                true
            ),
        ["headers in another order, among others"] = (w, random) =>
            (
                w with
                {
                    Headers = Shuffled(
                        [.. w.Headers, new("Host", "a"), new("User-Agent", "X-Pxxl-Signature: 1"), new("X-Pxxl", "b")],
                        random
                    ),
                },
                true
            ),
        ["a header doubled with the same value"] = (w, random) => (Doubled(w, random, isSame: true), true),
        ["a header doubled with another value"] = (w, random) => (Doubled(w, random, isSame: false), false),
        ["headers that name another event"] = (w, random) => (Renamed(w, random), false),

        ["another secret"] = (w, random) =>
            (
                w.Resigned(Secret.FromExactly(Pick(random, "whsec_exampl", "whsec_example ", "WHSEC_EXAMPLE", "whsec_exampleX", "other"))),
                false
            ),
        ["the hash of the secret as secret"] = (w, _) =>
            (
                w.Resigned(
                    Secret.FromExactly(
                        Hex(SHA256.HashData(Encoding.UTF8.GetBytes(Hex(SHA256.HashData(Encoding.UTF8.GetBytes(SignedWebhook.SecretText))))))
                    )
                ),
                false
            ),
        ["the timestamp moved into the body"] = (w, random) => (Shifted(w, random), false),
    };

    private static readonly Webhook[] Pool = MakePool();

    [Fact]
    public void Of_100_000_mutations_exactly_those_are_accepted_that_change_no_meaning()
    {
        var random = new Random(Seed);
        var verifier = new WebhookVerifier { Secrets = [SignedWebhook.Secret], TimeProvider = new FixedClock() };
        var mutations = Mutations.ToArray();
        var wrong = new List<string>();
        for (var i = 0; i < Cases; i++)
        {
            var genuine = Pool[random.Next(Pool.Length)];
            var (name, mutate) = mutations[i % mutations.Length];
            var (mutated, isSame) = mutate(genuine, random);
            var accepted = Accept(verifier, mutated);
            if (isSame ? accepted is null || !IsSameEvent(accepted, genuine) : accepted is not null)
            {
                wrong.Add(
                    $"case {i}, {genuine.Scheme}: {name} was {(accepted is null ? "refused" : "accepted")}. "
                        + $"Headers: {string.Join(", ", mutated.Headers)}. Body: {Encoding.UTF8.GetString(mutated.Body)}"
                );
            }
        }

        Assert.True(
            wrong.Count == 0,
            $"With seed {Seed}, {wrong.Count} of {Cases} were wrong, such as:\n"
                + string.Join('\n', wrong.DistinctBy(each => each.Split(':')[1]).Take(10))
        );
    }

    [Fact]
    public void Signatures_are_compared_by_the_platforms_fixed_time_method_and_by_nothing_else()
    {
        var compare = typeof(Hashing).GetMethod(nameof(Hashing.FixedTimeEquals), BindingFlags.Static | BindingFlags.NonPublic)!;

        Assert.Equal(
            [$"{nameof(CryptographicOperations)}.{nameof(CryptographicOperations.FixedTimeEquals)}"],
            Calls(compare).Where(call => call.DeclaringType != typeof(ReadOnlySpan<byte>)).Select(Name)
        );
        Assert.False(Branches(compare), "There is a way around the comparison.");
        Assert.True(compare.GetMethodImplementationFlags().HasFlag(MethodImplAttributes.NoInlining | MethodImplAttributes.NoOptimization));
    }

    [Fact]
    public void Nothing_but_the_fixed_time_comparison_looks_at_the_right_signature()
    {
        var compares = new[]
        {
            "SequenceEqual",
            "Equals",
            "op_Equality",
            "op_Inequality",
            "Compare",
            "CompareTo",
            "CompareOrdinal",
            "IndexOf",
            "StartsWith",
            "EndsWith",
        };
        var methods = new[] { typeof(WebhookSignature), typeof(WebhookVerifier) }.SelectMany(WithNested).SelectMany(Methods).ToList();

        // The prefix of the text that the sender provides, before there is a correct signature to compare it with.
        Assert.Equal(["WebhookSignature.Decode calls String.StartsWith"], Uses(call => compares.Contains(call.Name)));
        Assert.Equal(
            ["WebhookSignature.Match calls Hashing.FixedTimeEquals"],
            Uses(call => call.DeclaringType == typeof(Hashing) && call.Name == nameof(Hashing.FixedTimeEquals))
        );
        Assert.Equal(
            ["WebhookSignature.Create", "WebhookSignature.Match"],
            methods
                .Where(method => Calls(method).Any(call => Name(call) == "WebhookSignature.Sign"))
                .Select(Name)
                .Order(StringComparer.Ordinal)
        );

        IEnumerable<string> Uses(Func<MethodBase, bool> which) =>
            from method in methods
            from call in Calls(method)
            where which(call)
            select $"{Name(method)} calls {Name(call)}";
    }

    [Fact]
    public void A_signature_is_rejected_in_the_same_time_wherever_it_differs()
    {
        var genuine = SignedWebhook.Request(SignedWebhook.Body(), Sent);
        var verifier = new WebhookVerifier { Secrets = [SignedWebhook.Secret], TimeProvider = new FixedClock() };
        var right = Convert.FromHexString(genuine.Signature!);

        for (var i = 0; i < 256; i++)
        {
            var forged = right.ToArray();
            forged[i / 8] ^= (byte)(1 << (i % 8));

            var check = verifier.Check(
                new WebhookRequest
                {
                    Body = genuine.Body,
                    Timestamp = genuine.Timestamp,
                    Signature = Hex(forged),
                }
            );

            Assert.Equal((SignatureReason.Mismatch, null, null), (check.Reason, check.Scheme, check.SecretIndex));
        }
    }

    private static PxxlWebhookEvent? Accept(WebhookVerifier verifier, Webhook webhook)
    {
        var request = WebhookRequest.From(webhook.Body, webhook.Headers);
        var check = verifier.Check(request);
        try
        {
            return check.IsValid ? WebhookEventReader.Read(request, check) : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static bool IsSameEvent(PxxlWebhookEvent accepted, Webhook genuine) =>
        accepted.Name == genuine.Name
        && accepted.Timestamp == Sent
        && accepted.Scheme == genuine.Scheme
        && accepted.RawBody == Encoding.UTF8.GetString(genuine.Body);

    private static Webhook[] MakePool()
    {
        var random = new Random(Seed);
        return [.. Enumerable.Range(0, Genuine).Select(Make)];

        Webhook Make(int i)
        {
            var (name, scheme) = (Names[random.Next(Names.Length)], SignedWebhook.Schemes[i % 4]);
            var data = new JsonObject
            {
                ["id"] = $"dep_{i}",
                ["status"] = Pick(random, "building", "succeeded", "failed"),
                ["ratio"] = random.NextDouble(),
            };
            var text = Pick(random, "ship it", "größer – 配置 🚀", "{\"a\":[1.5]}", "line\nline", new string('x', random.Next(300)));
            data["message"] = text;
            var body = new JsonObject
            {
                ["event"] = name,
                ["timestamp"] = Sent.ToUnixTimeSeconds(),
                ["data"] = data,
            };
            var bytes = Encoding.UTF8.GetBytes(body.ToJsonString());
            var isWhole = random.Next(3) == 0;
            var headers = SignedWebhook.Headers(bytes, Sent, scheme, name);
            return new Webhook(
                scheme,
                name,
                bytes,
                isWhole ? [new(SignedWebhook.EventHeader, name), new(SignedWebhook.ActionHeader, name), .. headers.Skip(2)] : headers
            );
        }
    }

    private static Webhook Another(Webhook webhook, Random random)
    {
        Webhook other;
        do
        {
            other = Pool[random.Next(Pool.Length)];
        } while (other.Body.AsSpan().SequenceEqual(webhook.Body));
        return other;
    }

    private static Webhook Renamed(Webhook webhook, Random random)
    {
        string other;
        do
        {
            other = Pick(random, Names);
        } while (other == webhook.Name);
        var dot = other.IndexOf('.', StringComparison.Ordinal);
        return random.Next(3) switch
        {
            0 => webhook.With(SignedWebhook.EventHeader, other).With(SignedWebhook.ActionHeader, other),
            1 => webhook.With(SignedWebhook.EventHeader, other),
            _ => webhook.With(SignedWebhook.EventHeader, other[..dot]).With(SignedWebhook.ActionHeader, other[(dot + 1)..]),
        };
    }

    /// <summary>`timestamp.body`, which one scheme signs, as the body of another scheme, or vice versa.</summary>
    private static Webhook Shifted(Webhook webhook, Random random)
    {
        var now = SignedWebhook.ToUnixSeconds(Sent.AddSeconds(random.Next(-200, 200)));
        if (webhook.Scheme.BindsTimestamp())
        {
            return (webhook with { Body = [.. Encoding.UTF8.GetBytes(webhook.Timestamp + "."), .. webhook.Body] }).With(
                SignedWebhook.TimestampHeader,
                now
            );
        }

        var dot = Array.IndexOf(webhook.Body, (byte)'.');
        return (webhook with { Body = webhook.Body[(dot + 1)..] }).With(
            SignedWebhook.TimestampHeader,
            Encoding.UTF8.GetString(webhook.Body[..dot])
        );
    }

    private static Webhook Doubled(Webhook webhook, Random random, bool isSame)
    {
        var header = webhook.Headers[random.Next(webhook.Headers.Count)];
        var value = isSame ? header.Value : Pick(random, header.Value + "0", "", "x" + header.Value, null);
        KeyValuePair<string, string?> second = new(OtherCase(header.Key, random), value);
        return webhook with
        {
            Headers = random.Next(2) == 0 ? [.. webhook.Headers, second] : Shuffled([.. webhook.Headers, second], random),
        };
    }

    private static string Respelled(Webhook webhook, Random random)
    {
        var digits = Pick(
            random,
            webhook.Signature,
            webhook.Signature.ToUpperInvariant(),
            OtherCase(webhook.Signature, random),
            Convert.ToBase64String(webhook.SignatureBytes)
        );
        var prefix = Pick(random, "", "sha256=", "SHA256=", "v1=", "V1=");
        return Pick(random, "", " ", "\t") + prefix + digits + Pick(random, "", " ");
    }

    private static byte[] Flipped(byte[] bytes, Random random)
    {
        var flipped = bytes.ToArray();
        flipped[random.Next(flipped.Length)] ^= (byte)(1 << random.Next(8));
        return flipped;
    }

    private static byte[] Inserted(byte[] bytes, Random random, byte what)
    {
        var at = random.Next(bytes.Length + 1);
        return [.. bytes[..at], what, .. bytes[at..]];
    }

    private static byte[] Removed(byte[] bytes, int at) => [.. bytes[..at], .. bytes[(at + 1)..]];

    private static string OtherCase(string text, Random random) =>
        string.Concat(text.Select(c => random.Next(2) == 0 ? char.ToUpperInvariant(c) : char.ToLowerInvariant(c)));

    private static List<T> Shuffled<T>(T[] list, Random random)
    {
        random.Shuffle(list);
        return [.. list];
    }

    private static T Pick<T>(Random random, params T[] values) => values[random.Next(values.Length)];

    private static string Hex(byte[] bytes) => Convert.ToHexString(bytes).ToLowerInvariant();

    private static string Name(MethodBase method)
    {
        var type = method.DeclaringType!;
        return $"{(type.IsNested ? type.DeclaringType! : type).Name}.{method.Name}";
    }

    private static IEnumerable<Type> WithNested(Type type) => [type, .. type.GetNestedTypes(BindingFlags.NonPublic | BindingFlags.Public)];

    private static IEnumerable<MethodBase> Methods(Type type) =>
        type.GetMembers(
                BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly
            )
            .OfType<MethodBase>();

    private static IEnumerable<MethodBase> Calls(MethodBase method) =>
        Instructions(method)
            .Where(each => each.Code.OperandType == OperandType.InlineMethod)
            .Select(each => method.Module.ResolveMethod(each.Token, GenericArguments(method.DeclaringType), null)!);

    private static Type[]? GenericArguments(Type? type) => type is { IsGenericType: true } ? type.GetGenericArguments() : null;

    private static bool Branches(MethodBase method) => Instructions(method).Any(each => each.Code.FlowControl == FlowControl.Cond_Branch);

    /// <summary>The IL instructions of a method.</summary>
    private static IEnumerable<(OpCode Code, int Token)> Instructions(MethodBase method)
    {
        var il = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (var at = 0; at < il.Length; )
        {
            var code = il[at] == 0xFE ? OpCodesByValue[(short)(0xFE00 | il[at + 1])] : OpCodesByValue[il[at]];
            at += code.Size;
            var size = code.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(il, at)),
                _ => 4,
            };
            yield return (code, size == 4 ? BitConverter.ToInt32(il, at) : 0);
            at += size;
        }
    }

    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value);

    /// <summary>A webhook in transit, which anybody may change.</summary>
    private sealed record Webhook(SignatureScheme Scheme, string Name, byte[] Body, List<KeyValuePair<string, string?>> Headers)
    {
        public string Signature => Headers.Single(header => header.Key == SignedWebhook.SignatureHeader).Value!;

        public string Timestamp => Headers.Single(header => header.Key == SignedWebhook.TimestampHeader).Value!;

        public byte[] SignatureBytes => Convert.FromHexString(Signature);

        public Webhook With(string header, string? value) =>
            this with
            {
                Headers = [.. Headers.Select(each => each.Key == header ? new KeyValuePair<string, string?>(header, value) : each)],
            };

        public Webhook Without(string header) => this with { Headers = [.. Headers.Where(each => each.Key != header)] };

        public Webhook Signed(string signature) => With(SignedWebhook.SignatureHeader, signature);

        public Webhook Resigned(Secret secret) => Signed(WebhookSignature.Create(Body, Timestamp, secret, Scheme));
    }

    private sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Sent;
    }
}
