using System.Collections;
using System.Management.Automation;

namespace PxxlPeriscope.PowerShell.Transformation;

/// <summary>Reads hashtables such as <c>@{ prod = 'production' }</c>.</summary>
internal static class StringMap
{
    internal static Dictionary<string, string> Read(IDictionary map) =>
        map
            .Keys.Cast<object>()
            .ToDictionary(key => LanguagePrimitives.ConvertTo<string>(key), key => LanguagePrimitives.ConvertTo<string>(map[key]));
}
