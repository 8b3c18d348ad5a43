namespace PxxlPeriscope.Sandbox.Pxxl.Seed;

/// <summary>Realistic commit messages and branches, some with characters that break naive clients.</summary>
internal static class CommitMessages
{
    public static readonly string[] All =
    [
        "Fix rounding of VAT on partial refunds (#482)",
        "Bump next from 16.0.1 to 16.0.3",
        "Merge pull request #511 from harbour-labs/feature/cart-drawer",
        "Retry the payment webhook three times",
        "revert: \"Cache price lists\"",
        "docs: how to rotate keys",
        "feat(search): synonyms & stop words <beta>",
        "chore(deps): bump undici from 6.21.0 to 6.21.2",
        "Zahlung per SEPA: Umlaute in Namen äöü erlaubt",
        "Add health check\n\nThe proxy promotes a release only when /health answers.",
        "ci: run the migration before the release",
        "perf: stream the export, memory stays flat",
        "Handle emoji in product names 🚢",
        "hotfix: null reference when the basket is empty",
        "wip",
        "Remove C:\\temp paths from the test fixtures",
    ];

    public static readonly string[] FeatureBranches =
    [
        "feature/cart-drawer",
        "feature/sepa",
        "fix/vat-rounding",
        "dependabot/npm_and_yarn/undici-6.21.2",
        "release/2026.11",
        "develop",
    ];

    public static readonly string[] Authors = ["ada", "linus-o", "grace.h", "release-bot", "maria@harbour-labs.example"];
}
