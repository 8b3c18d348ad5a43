using PxxlPeriscope.Http;
using PxxlPeriscope.Sandbox.Pxxl.Shape;

namespace PxxlPeriscope.Tests.Pxxl.Projects;

/// <summary>Domains as objects, as names, and individually.</summary>
public sealed class DomainTests
{
    public static MatrixTheoryData<ListEnvelope, DomainFormat> Shapes { get; } =
        new(Enum.GetValues<ListEnvelope>(), Enum.GetValues<DomainFormat>());

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task Every_format_of_the_list_results_in_the_same_names(ListEnvelope envelope, DomainFormat form)
    {
        await using var fixture = await SandboxFixture.StartAsync(
            new()
            {
                Shape = new() { ListEnvelope = envelope, Domains = form },
            }
        );

        var domains = await fixture.Pxxl.GetDomainsAsync(SandboxFixture.Ct);

        Assert.Equal(fixture.Sandbox.Data.Projects.Select(project => project.Domain), domains.Select(domain => domain.Name));
        Assert.Equal(
            fixture.Sandbox.Data.Projects.Select(project => form == DomainFormat.Strings ? null : project.Id),
            domains.Select(domain => domain.ProjectId)
        );
        Assert.Empty(fixture.Warnings);
    }

    [Theory]
    [InlineData(Spelling.Official)]
    [InlineData(Spelling.Alternative)]
    public async Task One_domain_is_found_by_name_and_by_id_in_both_forms(Spelling spelling)
    {
        await using var fixture = await SandboxFixture.StartAsync(new() { Shape = new() { Spelling = spelling } });
        var project = fixture.Sandbox.Data.Projects[1];

        var byName = await fixture.Pxxl.GetDomainAsync(project.Domain!, SandboxFixture.Ct);
        var byId = await fixture.Pxxl.GetDomainAsync(byName.Id!, SandboxFixture.Ct);

        Assert.Equal((project.Domain, "active", project.Id), (byName.Name, byName.Status, byName.ProjectId));
        Assert.Equal(byName, byId);
    }

    [Theory]
    [InlineData("""{"id":"dom_1","domain":"a.example"}""")]
    [InlineData("""{"id":"dom_1","hostname":"a.example"}""")]
    [InlineData("""{"data":{"id":"dom_1","name":"a.example"}}""")]
    [InlineData("""{"success":true,"domain":{"id":"dom_1","name":"a.example"}}""")]
    [InlineData("""{"id":"dom_1","domain":{"domain":"a.example"}}""")]
    public async Task Every_place_of_the_name_is_known(string body)
    {
        var domain = await SandboxFixture.PxxlOver(StubHandler.Returning(body)).GetDomainAsync("a.example", SandboxFixture.Ct);

        Assert.Equal(("dom_1", "a.example"), (domain.Id, domain.Name));
    }

    [Fact]
    public async Task A_list_that_announces_more_than_it_has_is_warned_of()
    {
        var warnings = new List<string>();
        var client = SandboxFixture.PxxlOver(
            StubHandler.Returning("""{"domains":["a.example"],"total":21}"""),
            new CallLog { Warning = warnings.Add }
        );

        Assert.Single(await client.GetDomainsAsync(SandboxFixture.Ct));
        Assert.Contains("21 domains were announced, but the list contains 1", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_domain_that_does_not_exist_is_named()
    {
        await using var fixture = await SandboxFixture.StartAsync();

        var failure = await Assert.ThrowsAsync<ServiceException>(() => fixture.Pxxl.GetDomainAsync("none.example", SandboxFixture.Ct));

        Assert.Contains("no domain 'none.example'", failure.Message, StringComparison.Ordinal);
    }
}
