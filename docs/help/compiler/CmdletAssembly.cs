using System.Reflection;
using System.Runtime.Loader;

namespace PxxlPeriscope.Help;

/// <summary>
/// Reads the cmdlets of an assembly from metadata. Neither cmdlets nor attributes are instantiated, because the
/// System.Management.Automation.dll used for compilation contains no code.
/// </summary>
internal static class CmdletAssembly
{
    /// <param name="path">The assembly, with its dependencies in the same folder.</param>
    /// <param name="powerShell">The path of System.Management.Automation.dll.</param>
    internal static IReadOnlyList<Cmdlet> Read(string path, string powerShell)
    {
        var context = new AssemblyLoadContext("cmdlets");
        context.Resolving += (_, name) =>
        {
            var beside = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, name.Name + ".dll");
            return name.Name == Path.GetFileNameWithoutExtension(powerShell) ? context.LoadFromAssemblyPath(Path.GetFullPath(powerShell))
                : File.Exists(beside) ? context.LoadFromAssemblyPath(beside)
                : null;
        };
        var types = context.LoadFromAssemblyPath(Path.GetFullPath(path)).GetExportedTypes().Where(type => !type.IsAbstract);
        var cmdlets =
            from type in types
            let attribute = type.Data("CmdletAttribute").SingleOrDefault()
            where attribute is not null
            let cmdlet = Read(type, attribute)
            orderby cmdlet.Name
            select cmdlet;
        return cmdlets.ToList();
    }

    private static Cmdlet Read(Type type, CustomAttributeData attribute)
    {
        var parameters = type.GetProperties().Where(property => property.Data("ParameterAttribute").Any()).Select(Parameter);
        return new Cmdlet(
            (string)attribute.ConstructorArguments[0].Value!,
            (string)attribute.ConstructorArguments[1].Value!,
            attribute.Named<string>("DefaultParameterSetName"),
            type.Data("OutputTypeAttribute")
                .SelectMany(output => output.Listed<Type>())
                .Where(output => output != typeof(void))
                .Select(output => output.FullName!)
                .ToList(),
            [
                .. parameters,
                .. attribute.Named<bool>("SupportsShouldProcess") ? CommonParameters.ShouldProcess : [],
                .. attribute.Named<bool>("SupportsPaging") ? CommonParameters.Paging : [],
            ]
        );
    }

    private static CmdletParameter Parameter(PropertyInfo property)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        return new CmdletParameter(property.Name, type.Name, property.Data("ParameterAttribute").Select(Use).ToList())
        {
            ItemType = (type.GetElementType() ?? type).FullName!,
            Aliases = property.Data("AliasAttribute").SelectMany(alias => alias.Listed<string>()).ToList(),
            Words = type.IsEnum
                ? type.GetEnumNames()
                : property.Data("ValidateSetAttribute").SelectMany(set => set.Listed<string>()).ToList(),
            SupportsWildcards = property.Data("SupportsWildcardsAttribute").Any(),
        };
    }

    private static ParameterUse Use(CustomAttributeData attribute) =>
        new()
        {
            Set = attribute.Named<string>("ParameterSetName"),
            IsMandatory = attribute.Named<bool>("Mandatory"),
            Position = attribute.Named<int?>("Position"),
            TakesPipeline = attribute.Named<bool>("ValueFromPipeline"),
            TakesPipelineProperty = attribute.Named<bool>("ValueFromPipelineByPropertyName"),
        };
}
