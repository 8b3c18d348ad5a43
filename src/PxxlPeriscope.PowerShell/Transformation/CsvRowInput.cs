using System.Collections;
using System.Management.Automation;
using PxxlPeriscope.Reports;
using PxxlPeriscope.Reports.Csv;

namespace PxxlPeriscope.PowerShell.Transformation;

/// <summary>Reads what is piped into New-PeriscopeDeployment.</summary>
internal static class CsvRowInput
{
    /// <summary>How a type name begins that Import-Csv gives to rows of a file whose first line names a type.</summary>
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
            // Only what is needed of it: a property of a .NET object can be a call.
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
