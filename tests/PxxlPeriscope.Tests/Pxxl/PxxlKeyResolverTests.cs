using PxxlPeriscope.Pxxl;

namespace PxxlPeriscope.Tests.Pxxl;

/// <summary>Where a key is found if none is specified.</summary>
public sealed class PxxlKeyResolverTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("PxxlPeriscope.Tests.").FullName;
    private readonly Dictionary<string, string> _environment = [];

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public void Without_any_source_there_is_no_key()
    {
        Assert.Null(Search().Find());
        Assert.Equal("https://gateway.pxxl.dev/api/v3/", Search().BaseUri);
        Assert.Null(Search().TeamId);
    }

    [Fact]
    public void The_environment_comes_before_the_file_and_without_the_files_team()
    {
        WriteConfig("""{"apiKey":"pxxl_file","selectedTeamId":"team_file"}""");
        _environment["PXXL_API_KEY"] = " pxxl_env ";

        var found = Search().Find()!.Value;

        Assert.Equal(("pxxl_env", "environment variable PXXL_API_KEY"), (found.Key.Reveal(), found.Source));
        Assert.Null(found.TeamId);
        Assert.Null(found.TeamSource);
    }

    [Fact]
    public void The_key_and_team_come_from_the_file_of_the_CLI()
    {
        WriteConfig("""{"apiKey":"pxxl_file","selectedTeamId":"team_file","baseUrl":"https://old.example/"}""");

        var found = Search().Find()!.Value;

        Assert.Equal(("pxxl_file", "team_file"), (found.Key.Reveal(), found.TeamId));
        Assert.Equal(Path.Combine(_home, ".config", "pxxl", "config.json"), found.Source);
        Assert.Equal(found.Source, found.TeamSource);
    }

    [Fact]
    public void A_team_in_the_environment_comes_before_the_files()
    {
        WriteConfig("""{"apiKey":"pxxl_file","selectedTeamId":"team_file"}""");
        _environment["PXXL_TEAM_ID"] = "team_env";

        Assert.Equal(("team_env", "environment variable PXXL_TEAM_ID"), (Search().Find()!.Value.TeamId, Search().Find()!.Value.TeamSource));
    }

    [Fact]
    public void The_configuration_folder_can_be_elsewhere()
    {
        _environment["XDG_CONFIG_HOME"] = Path.Combine(_home, "elsewhere");

        Assert.Equal(Path.Combine(_home, "elsewhere", "pxxl", "config.json"), Search().ConfigFile);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData(" ", "")]
    [InlineData("home", null)]
    [InlineData(".", "configuration")]
    public void Without_a_home_no_file_of_the_current_folder_is_read(string home, string? configuration)
    {
        if (configuration is not null)
        {
            _environment["XDG_CONFIG_HOME"] = configuration;
        }

        var resolver = new PxxlKeyResolver(_environment.GetValueOrDefault, home);

        Assert.Null(resolver.ConfigFile);
        Assert.Null(resolver.Find());
    }

    [Fact]
    public void A_relative_folder_of_configurations_is_ignored()
    {
        _environment["XDG_CONFIG_HOME"] = "relative";

        Assert.Equal(Path.Combine(_home, ".config", "pxxl", "config.json"), Search().ConfigFile);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"apiKey":""}""")]
    [InlineData("""{"apiKey":null,"selectedTeamId":"team"}""")]
    [InlineData("[]")]
    public void A_file_without_a_key_is_ignored(string config)
    {
        WriteConfig(config);

        Assert.Null(Search().Find());
    }

    [Theory]
    [InlineData("{\"apiKey\":\"pxxl_very-secret\"")]
    [InlineData("{\"apiKey\":\"pxxl very-secret\"}")]
    [InlineData("")]
    public void An_unusable_file_is_an_error_that_names_it_and_not_the_key(string config)
    {
        WriteConfig(config);

        var failure = Assert.Throws<ServiceException>(() => Search().Find());

        Assert.Equal("PxxlNotConnected", failure.ErrorId);
        Assert.Contains("config.json", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("very-secret", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_unusable_variable_is_an_error_that_names_it_and_not_the_key()
    {
        _environment["PXXL_API_KEY"] = "pxxl very-secret";

        var failure = Assert.Throws<ServiceException>(() => Search().Find());

        Assert.Contains("PXXL_API_KEY", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("very-secret", failure.ToString(), StringComparison.Ordinal);
    }

    private PxxlKeyResolver Search() => new(_environment.GetValueOrDefault, _home);

    private void WriteConfig(string text)
    {
        var file = Search().ConfigFile!;
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
