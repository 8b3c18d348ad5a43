using PxxlPeriscope.PowerShell.Completion;

namespace PxxlPeriscope.Tests.Completion;

/// <summary>
/// Verifies completion for each kind of opening quote. PowerShell closes an open quote when it passes a word to a completer.
/// </summary>
public sealed class CompletionWordTests
{
    [Theory]
    [InlineData(null, "", null)]
    [InlineData("", "", null)]
    [InlineData("check", "check", null)]
    [InlineData("'", "", '\'')]
    [InlineData("''", "", '\'')]
    [InlineData("'my sh'", "my sh", '\'')]
    [InlineData("'my sh", "my sh", '\'')]
    [InlineData("'Ada's sh'", "Ada's sh", '\'')]
    [InlineData("\"my $h\"", "my $h", '"')]
    [InlineData("\u201cmy sh\u201d", "my sh", '"')]
    [InlineData("\u2018my sh\u2019", "my sh", '\'')]
    public void A_typed_word_is_parsed_with_its_quote(string? word, string text, char? quote) =>
        Assert.Equal(new CompletionWord(text, quote), CompletionWord.Parse(word));

    [Theory]
    [InlineData(null, "checkout-api", "checkout-api")]
    [InlineData(null, "_internal.v2", "_internal.v2")]
    [InlineData(null, "my shop", "'my shop'")]
    [InlineData(null, "3d", "'3d'")]
    [InlineData(null, "-x", "'-x'")]
    [InlineData(null, "a,b", "'a,b'")]
    [InlineData(null, "a;rm", "'a;rm'")]
    [InlineData(null, "$(rm)", "'$(rm)'")]
    [InlineData(null, "@home", "'@home'")]
    [InlineData(null, "Ada's", "'Ada''s'")]
    [InlineData(null, "Ada\u2019s", "'Ada\u2019\u2019s'")]
    [InlineData('\'', "checkout-api", "'checkout-api'")]
    [InlineData('\'', "Ada's $hop", "'Ada''s $hop'")]
    [InlineData('"', "checkout-api", "\"checkout-api\"")]
    [InlineData('"', "Ada's $hop", "\"Ada's `$hop\"")]
    [InlineData('"', "a \"b\" `c", "\"a `\"b`\" ``c\"")]
    [InlineData('"', "\u201cb\u201d", "\"`\u201cb`\u201d\"")]
    public void A_completion_is_a_single_word_in_PowerShell(char? quote, string text, string completed) =>
        Assert.Equal(completed, new CompletionWord("x", quote).Complete(text));

    [Theory]
    [InlineData("", true)]
    [InlineData("DEP_", true)]
    [InlineData("checkout", true)]
    [InlineData("0123", true)]
    [InlineData("out", false)]
    public void An_id_is_found_by_its_prefix_or_the_prefix_of_a_related_name(string typed, bool isFor) =>
        Assert.Equal(isFor, new CompletionCandidate("dep_1", "a tip", "Checkout-api", null, "0123456789").Matches(typed));

    [Fact]
    public void Text_with_control_characters_is_not_completed() =>
        Assert.False(new CompletionCandidate("shop\u001b[2J", "a tip").Matches("shop"));
}
