using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using PxxlPeriscope.Webhooks.Signatures;

namespace PxxlPeriscope.Tests.Webhooks.Signatures;

/// <summary>Compares signatures with another implementation: Node's crypto module, which the published receivers of Pxxl use.</summary>
public sealed class NodeCryptoTests
{
    private const int Seed = 8;
    private const int Bodies = 300;

    private const string Program = """
        const { createHash, createHmac } = require('node:crypto');
        const hashed = secret => createHash('sha256').update(secret, 'utf8').digest('hex');
        const cases = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
        process.stdout.write(JSON.stringify(cases.map(({ secret, timestamp, body, scheme }) => {
            const bytes = Buffer.from(body, 'base64');
            const key = scheme.includes('Hashed') ? hashed(secret) : secret;
            const hmac = createHmac('sha256', key);
            if (!scheme.startsWith('Body')) hmac.update(timestamp + '.', 'utf8');
            return hmac.update(bytes).digest('hex');
        })));
        """;

    [Fact]
    public async Task Every_signature_is_the_same_as_Nodes_and_holds()
    {
        var node = FindNode();
        Assert.SkipWhen(node is null, "There is no node on the PATH, so there is nothing to compare with.");
        var cases = Cases();

        var signatures = await SignWithNodeAsync(node, cases);

        Assert.Equal(cases.Count, signatures.Length);
        foreach (var ((secret, timestamp, body, scheme), signature) in cases.Zip(signatures))
        {
            Assert.Equal(signature, WebhookSignature.Create(body, timestamp, secret, scheme));
            var check = WebhookSignature.Verify(body, signature, timestamp, [secret], DateTimeOffset.UnixEpoch, tolerance: null);
            Assert.Equal((SignatureReason.Valid, scheme), (check.Reason, check.Scheme));
        }
    }

    private static List<(Secret Secret, string Timestamp, byte[] Body, SignatureScheme Scheme)> Cases()
    {
        var random = new Random(Seed);
        return
        [
            .. from i in Enumerable.Range(0, Bodies)
            let secret = Secret.FromExactly(i % 3 == 0 ? "whsec_" + i : Text(random, random.Next(1, 90)))
            let timestamp = i % 2 == 0 ? $"{1716723456 + i}" : $"{1716723456000 + i}"
            let body = Body(random, i)
            from scheme in SignedWebhook.Schemes
            select (secret, timestamp, body, scheme),
        ];
    }

    /// <summary>An empty body, texts of all kinds, and bytes that are not text.</summary>
    private static byte[] Body(Random random, int i)
    {
        if (i % 3 != 0)
        {
            return i % 3 == 1
                ? Encoding.UTF8.GetBytes(Text(random, random.Next(500)))
                : Encoding.UTF8.GetBytes(SignedWebhook.Body(Text(random, 20)));
        }

        var bytes = new byte[i == 0 ? 0 : random.Next(3000)];
        random.NextBytes(bytes);
        return bytes;
    }

    private static string Text(Random random, int length)
    {
        string[] parts = ["a", "Z", "0", " ", "\n", "{", "}", "\"", "\\", ":", ",", ".", "é", "ß", "配", "🚀", "\u200f", "\u0000"];
        return string.Concat(Enumerable.Range(0, length).Select(_ => parts[random.Next(parts.Length)]));
    }

    private static async Task<string[]> SignWithNodeAsync(
        string node,
        IEnumerable<(Secret Secret, string Timestamp, byte[] Body, SignatureScheme Scheme)> cases
    )
    {
        var questions = new JsonArray([
            .. cases.Select(each => new JsonObject
            {
                ["secret"] = each.Secret.Reveal(),
                ["timestamp"] = each.Timestamp,
                ["body"] = Convert.ToBase64String(each.Body),
                ["scheme"] = each.Scheme.ToString(),
            }),
        ]);
        using var process = Process.Start(
            new ProcessStartInfo(node, ["-e", Program])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            }
        )!;
        var answer = process.StandardOutput.ReadToEndAsync(SandboxFixture.Ct);
        await process.StandardInput.WriteAsync(questions.ToJsonString().AsMemory(), SandboxFixture.Ct);
        process.StandardInput.Close();
        var signatures = JsonSerializer.Deserialize<string[]>(await answer)!;
        await process.WaitForExitAsync(SandboxFixture.Ct);
        return signatures;
    }

    private static string? FindNode() =>
        (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? "node.exe" : "node"))
            .FirstOrDefault(File.Exists);
}
