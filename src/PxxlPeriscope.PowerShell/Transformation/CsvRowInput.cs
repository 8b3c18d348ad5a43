using System.Collections;
using System.Management.Automation;
using PxxlPeriscope.Reports;
using PxxlPeriscope.Reports.Csv;

namespace PxxlPeriscope.PowerShell.Transformation;

/// <summary>Reads pipeline input of New-PeriscopeDeployment.</summary>
internal static class CsvRowInput
{
    /// <summary>The prefix of the type name that Import-Csv adds to rows of a file whose first line specifies a type.</summary>
    private const string TypedRow = "CSV:";

    internal static CsvRowReader.Row Read(PSObject input, bool isPiped) =>
        input.BaseObject switch
        {
            IDictionary map => new CsvRowReader.Row([
                .. map.Keys.Cast<object>().Select(key => Cell(LanguagePrimitives.ConvertTo<string>(key), map[key])),
            ]),
            PSCustomObject => new CsvRowReader.Row([.. input.Properties.Select(property => Cell(property.Name, property.Value))])
            {
                MayHaveLine = isPiped,
                LinesBefore = input.TypeNames.Any(name => name.StartsWith(TypedRow, StringComparison.Ordinal)) ? 1 : 0,
            },
            // Reads only the needed properties, because a property of a .NET object can have side effects.
            _ => new CsvRowReader.Row([
                .. ReportBuilder
                    .Fields.Select(name => input.Properties[name])
                    .Where(property => property is not null)
                    .Select(property => Cell(property.Name, property.Value)),
            ]),
        };

    private static KeyValuePair<string, object?> Cell(string name, object? value) =>
        new(name, value is PSObject wrapped ? wrapped.BaseObject : value);
}
