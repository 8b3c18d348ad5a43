using System.Collections.ObjectModel;
using System.Reflection;

namespace PxxlPeriscope.Help;

/// <summary>Reads attributes from metadata, by name.</summary>
internal static class AttributeExtensions
{
    extension(MemberInfo member)
    {
        internal IEnumerable<CustomAttributeData> Data(string name) =>
            member.GetCustomAttributesData().Where(attribute => attribute.AttributeType.Name == name);
    }

    extension(CustomAttributeData attribute)
    {
        /// <summary>The value of a named argument, or the default of the type if it is absent.</summary>
        internal T? Named<T>(string name) =>
            attribute.NamedArguments.FirstOrDefault(argument => argument.MemberName == name).TypedValue.Value is T value ? value : default;

        /// <summary>The positional arguments, whether passed as one array or one by one.</summary>
        internal IEnumerable<T> Listed<T>() =>
            from argument in attribute.ConstructorArguments
            from value in argument.Value is ReadOnlyCollection<CustomAttributeTypedArgument> list
                ? list.Select(item => item.Value)
                : [argument.Value]
            where value is T
            select (T)value;
    }
}
