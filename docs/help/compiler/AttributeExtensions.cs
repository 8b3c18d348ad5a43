using System.Collections.ObjectModel;
using System.Reflection;

namespace PxxlPeriscope.Help;

/// <summary>Reads attributes as data, by name.</summary>
internal static class AttributeExtensions
{
    extension(MemberInfo member)
    {
        internal IEnumerable<CustomAttributeData> Data(string name) =>
            member.GetCustomAttributesData().Where(attribute => attribute.AttributeType.Name == name);
    }

    extension(CustomAttributeData attribute)
    {
        /// <summary>What is given by name; the default of the type where it is not.</summary>
        internal T? Named<T>(string name) =>
            attribute.NamedArguments.FirstOrDefault(argument => argument.MemberName == name).TypedValue.Value is T value ? value : default;

        /// <summary>What is given without a name, in one list or one after the other.</summary>
        internal IEnumerable<T> Listed<T>() =>
            from argument in attribute.ConstructorArguments
            from value in argument.Value is ReadOnlyCollection<CustomAttributeTypedArgument> list
                ? list.Select(item => item.Value)
                : [argument.Value]
            where value is T
            select (T)value;
    }
}
