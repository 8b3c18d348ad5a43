using PxxlPeriscope.Webhooks;

namespace PxxlPeriscope.Tests.Webhooks;

/// <summary>Which headers of a request are used.</summary>
public sealed class WebhookRequestTests
{
    [Theory]
    [InlineData("X-Pxxl-Signature")]
    [InlineData("x-pxxl-signature")]
    [InlineData("X-PXXL-SIGNATURE")]
    [InlineData(" X-Pxxl-signature ")]
    public void A_header_is_found_in_any_case(string name)
    {
        Assert.Equal("abc", From((name, "abc")).Signature);
    }

    [Fact]
    public void White_space_around_a_value_is_not_part_of_it()
    {
        Assert.Equal("abc", From(("X-Pxxl-Signature", " abc\t")).Signature);
    }

    [Fact]
    public void Each_header_has_its_place_and_others_none()
    {
        var request = From(
            ("Host", "example.test"),
            ("X-Pxxl-Event", "deployment"),
            ("X-Pxxl-Action-Type", "created"),
            ("X-Pxxl-Timestamp", "1716723456"),
            ("X-Pxxl-Signature", "abc"),
            ("X-Pxxl-Signature-Old", "def")
        );

        Assert.Equal(
            ("deployment", "created", "1716723456", "abc", null),
            (request.Event, request.ActionType, request.Timestamp, request.Signature, request.AmbiguousHeader)
        );
    }

    [Fact]
    public void Missing_headers_are_null()
    {
        var request = From();

        Assert.Equal(
            (null, null, null, null, null),
            (request.Event, request.ActionType, request.Timestamp, request.Signature, request.AmbiguousHeader)
        );
    }

    [Theory]
    [InlineData("X-Pxxl-Signature", "x-pxxl-signature")]
    [InlineData("X-Pxxl-Timestamp", "X-Pxxl-Timestamp")]
    [InlineData("X-Pxxl-Event", "X-PXXL-EVENT")]
    [InlineData("X-Pxxl-Action-Type", "x-pxxl-Action-type")]
    public void A_header_with_two_values_is_ambiguous_in_either_order_and_case(string first, string second)
    {
        Assert.NotNull(From((first, "1"), (second, "2")).AmbiguousHeader);
        Assert.NotNull(From((second, "2"), (first, "1")).AmbiguousHeader);
        Assert.NotNull(From((first, "1"), (second, null)).AmbiguousHeader);
        Assert.NotNull(From((first, "1"), (second, "2"), (first, "2")).AmbiguousHeader);
    }

    [Fact]
    public void A_repeated_header_with_the_same_value_is_not_ambiguous()
    {
        Assert.Null(From(("X-Pxxl-Signature", "abc"), ("x-pxxl-signature", " abc ")).AmbiguousHeader);
    }

    [Fact]
    public void A_header_that_is_not_used_may_be_repeated()
    {
        Assert.Null(From(("Via", "a"), ("Via", "b")).AmbiguousHeader);
    }

    private static WebhookRequest From(params (string Name, string? Value)[] headers) =>
        WebhookRequest.From([], headers.Select(header => new KeyValuePair<string, string?>(header.Name, header.Value)));
}
