namespace PxxlPeriscope.Help;

/// <summary>A cmdlet and its page.</summary>
internal sealed record Topic(Cmdlet Cmdlet, Page Page)
{
    internal ParameterText TextOf(CmdletParameter parameter) =>
        Page.Parameters.FirstOrDefault(text => text.Name == parameter.Name)
        ?? CommonParameters.Text(parameter)
        ?? throw new InvalidOperationException($"{Cmdlet.Name} -{parameter.Name} has not been validated.");
}
