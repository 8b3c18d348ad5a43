using PxxlPeriscope.Pxxl.Logs;

namespace PxxlPeriscope.Tests.Pxxl.Logs;

/// <summary>What a terminal receives of a log line.</summary>
public sealed class LogSanitizerTests
{
    [Theory]
    [InlineData("plain text, with punctuation: ok", "plain text, with punctuation: ok")]
    [InlineData("\u001b[31mred\u001b[0m", "red")]
    [InlineData("\u001b[1;38;5;196mbold\u001b[m and \u001b[2Kcleared", "bold and cleared")]
    [InlineData("\u001b[?25lhidden cursor\u001b[?25h", "hidden cursor")]
    [InlineData("\u001b[ qshape", "shape")]
    [InlineData("\u009b31mred in eight bits\u009b0m", "red in eight bits")]
    [InlineData("\u001b]0;a title\aafter", "after")]
    [InlineData("\u001b]8;;https://evil.example\u001b\\link\u001b]8;;\u001b\\", "link")]
    [InlineData("\u009d0;a title\u009cafter", "after")]
    [InlineData("\u001bPq#0;2;0;0;0\u001b\\sixel", "sixel")]
    [InlineData("\u001b_private\u001b\\\u001b^message\u001b\\\u001bXstring\u001b\\end", "end")]
    [InlineData("\u001b(Bcharset\u001b)0", "charset")]
    [InlineData("\u001b7saved\u001b8\u001bcreset", "savedreset")]
    [InlineData("bell\a, back\b, null\0, delete\u007f", "bell, back, null, delete")]
    [InlineData("unfinished \u001b[31", "unfinished ")]
    [InlineData("unfinished \u001b]0;title", "unfinished ")]
    [InlineData("lonely \u001b", "lonely ")]
    [InlineData("aborted \u001b[3\u001b[0mtext", "aborted text")]
    [InlineData("aborted \u001b]0;title\u0018text", "aborted text")]
    [InlineData("aborted \u001b]0;title\u001b[31mred", "aborted red")]
    [InlineData("malformed \u001b[31\u00e9t\u00e9", "malformed \u00e9t\u00e9")]
    [InlineData("a\tb", "a       b")]
    [InlineData("\tindented", "        indented")]
    [InlineData("12345678\tnext stop", "12345678        next stop")]
    [InlineData("10 %\r100 %", "10 % 100 %")]
    [InlineData("turned \u202e around", "turned  around")]
    [InlineData("two\u2028lines", "two lines")]
    [InlineData("stays: \u00fc \u2713 \ud83d\ude80 \u65e5\u672c", "stays: \u00fc \u2713 \ud83d\ude80 \u65e5\u672c")]
    [InlineData("", "")]
    public void Escape_sequences_are_removed_completely_and_nothing_else_is(string text, string expected) =>
        Assert.Equal(expected, LogSanitizer.Sanitize(text));

    [Fact]
    public void No_control_character_is_left_in_any_line()
    {
        const string Alphabet = "\u001b\u001b[]P(\\;m0?\a\u0018\u009b\u009d\u009c\u0000\u007f\u0085\r\t ab\u00e9\u202e";
        for (var seed = 0; seed < 2000; seed++)
        {
            var random = new Random(seed);
            var text = string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => Alphabet[random.Next(Alphabet.Length)]));

            var clean = LogSanitizer.Sanitize(text);

            Assert.DoesNotContain(clean, c => char.IsControl(c) || c == '\u202e');
            Assert.Equal(clean, LogSanitizer.Sanitize(clean));
        }
    }
}
