using System.Net;
using PxxlPeriscope.Http;
using PxxlPeriscope.Sandbox;
using PxxlPeriscope.Sandbox.Pxxl.Shape;

namespace PxxlPeriscope.Tests.Pxxl.Projects;

/// <summary>The names of environment variables are read in every format; their values are never read.</summary>
public sealed class ProjectVariableTests
{
    private const string Value = SandboxOptions.VariableValue;

    public static MatrixTheoryData<ListEnvelope, Spelling, bool> Shapes { get; } =
        new(Enum.GetValues<ListEnvelope>(), Enum.GetValues<Spelling>(), [false, true]);

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task Every_format_contains_the_names_secrecy_and_scope(ListEnvelope envelope, Spelling spelling, bool withValues)
    {
        await using var fixture = await SandboxFixture.StartAsync(
            new()
            {
                Shape = new()
                {
                    ListEnvelope = envelope,
                    Spelling = spelling,
                    VariableValues = withValues,
                },
            }
        );
        var project = fixture.Sandbox.Data.Projects[0].Id;

        var own = await fixture.Pxxl.GetVariablesAsync(project, cancellationToken: SandboxFixture.Ct);
        var global = await fixture.Pxxl.GetVariablesAsync(project, isGlobal: true, SandboxFixture.Ct);

        Assert.Equal(
            [("DATABASE_URL", true, "app"), ("PAYMENT_API_KEY", true, "production"), ("LOG_LEVEL", false, "app"), ("REGION", false, null)],
            own.Select(variable => (variable.Name, variable.IsSecret!.Value, variable.Scope))
        );
        Assert.Equal(("SHARED_TOKEN", true, project), (global.Single().Name, global.Single().IsGlobal, global.Single().ProjectId));
        Assert.DoesNotContain(Value, string.Join("\n", own.Concat(global)) + string.Join("\n", fixture.Calls), StringComparison.Ordinal);
        Assert.Empty(fixture.Warnings);
    }

    [Theory]
    [InlineData("""{"envs":["A","B=secret-value"]}""", "A", "B")]
    [InlineData("""{"envs":[{"key":"A=secret-value"},{"name":"B","value":"secret-value"}]}""", "A", "B")]
    [InlineData("""{"envs":[]}""")]
    public async Task Nothing_behind_a_name_is_read(string body, params string[] names) =>
        Assert.Equal(names, (await ReadVariablesAsync(body)).Select(variable => variable.Name));

    [Theory]
    [InlineData("""{"things":[{"key":"A","value":"secret-value"}]}""", HttpStatusCode.OK, CallFailure.InvalidResponse)]
    [InlineData("""{"envs":[{"value":"secret-value"}]}""", HttpStatusCode.OK, CallFailure.InvalidResponse)]
    [InlineData("A=secret-value", HttpStatusCode.OK, CallFailure.InvalidResponse)]
    [InlineData("""{"success":false,"message":"A=secret-value"}""", HttpStatusCode.OK, CallFailure.RequestFailed)]
    [InlineData("""{"message":"A=secret-value"}""", HttpStatusCode.BadRequest, CallFailure.InvalidRequest)]
    [InlineData("A=secret-value", HttpStatusCode.InternalServerError, CallFailure.ServerError)]
    public async Task No_error_quotes_a_response_that_may_contain_values(string body, HttpStatusCode status, CallFailure cause)
    {
        var failure = await Assert.ThrowsAsync<ServiceException>(() => ReadVariablesAsync(body, status));

        Assert.Equal(cause, failure.Cause);
        Assert.DoesNotContain("secret-value", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_without_a_name_is_left_out_with_a_warning()
    {
        var warnings = new List<string>();
        var client = SandboxFixture.PxxlOver(
            StubHandler.Returning("""{"envs":[{"key":"A"},{"value":"secret-value"}]}"""),
            new CallLog { Warning = warnings.Add }
        );

        Assert.Equal("A", Assert.Single(await client.GetVariablesAsync("proj_1", cancellationToken: SandboxFixture.Ct)).Name);
        Assert.DoesNotContain("secret-value", Assert.Single(warnings), StringComparison.Ordinal);
    }

    private static Task<IReadOnlyList<ProjectVariable>> ReadVariablesAsync(string body, HttpStatusCode status = HttpStatusCode.OK) =>
        SandboxFixture.PxxlOver(StubHandler.Returning(body, status)).GetVariablesAsync("proj_1", cancellationToken: SandboxFixture.Ct);
}
