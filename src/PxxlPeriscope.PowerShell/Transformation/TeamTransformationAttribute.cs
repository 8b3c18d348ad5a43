using System.Collections;
using System.Management.Automation;

namespace PxxlPeriscope.PowerShell.Transformation;

/// <summary>
/// Accepts a team id, or an object with a TeamId property such as the output of <c>Get-PxxlTeam</c>, even if deserialized.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class TeamTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData) => IdOf(inputData);

    /// <summary>Returns the id of a team in any accepted form, or an array of ids for a list.</summary>
    internal static object? IdOf(object? value) =>
        (value is PSObject wrapped ? wrapped.BaseObject : value) is IList values
            ? values.Cast<object?>().Select(ConvertOne).ToArray()
            : ConvertOne(value);

    private static object? ConvertOne(object? input) =>
        input switch
        {
            Team team => team.Id,
            PSObject { BaseObject: Team team } => team.Id,
            PSObject { BaseObject: not string } other when other.Properties["TeamId"]?.Value is string id => id,
            _ => input,
        };
}
