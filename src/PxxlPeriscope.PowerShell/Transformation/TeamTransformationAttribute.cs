using System.Collections;
using System.Management.Automation;

namespace PxxlPeriscope.PowerShell.Transformation;

/// <summary>Takes a team by its id, or as an object that has one: of <c>Get-PxxlTeam</c>, also from another session or a file.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class TeamTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData) => IdOf(inputData);

    /// <summary>The id of a team that was given in any way; an array of ids for several.</summary>
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
