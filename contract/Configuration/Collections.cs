using System.Collections;

namespace SocialCredit.Edge.Configuration;

/// <summary>Which types are lists and dictionaries in a file, and how one is made.</summary>
internal static class Collections
{
    private static readonly Type[] Lists =
        [typeof(IReadOnlyList<>), typeof(List<>), typeof(IReadOnlyCollection<>), typeof(IEnumerable<>), typeof(IList<>)];

    private static readonly Type[] Dictionaries =
        [typeof(IReadOnlyDictionary<,>), typeof(Dictionary<,>), typeof(OrderedDictionary<,>), typeof(IDictionary<,>)];

    /// <summary>Null if the type is not a list.</summary>
    public static Type? ListItem(Type type)
    {
        if (type.IsArray)
            return type.GetElementType();
        return type.IsGenericType && Lists.Contains(type.GetGenericTypeDefinition()) ? type.GenericTypeArguments[0] : null;
    }

    /// <summary>Null if the type is not a dictionary with words as keys.</summary>
    public static Type? DictionaryValue(Type type) =>
        type.IsGenericType && Dictionaries.Contains(type.GetGenericTypeDefinition()) && type.GenericTypeArguments[0] == typeof(string)
            ? type.GenericTypeArguments[1]
            : null;

    public static object MakeList(Type type, Type item, IReadOnlyList<object?> values)
    {
        if (!type.IsArray)
        {
            var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(item))!;
            foreach (var value in values)
                list.Add(value);
            return list;
        }

        var array = Array.CreateInstance(item, values.Count);
        for (var i = 0; i < values.Count; i++)
            array.SetValue(values[i], i);
        return array;
    }

    /// <summary>In the file's order, except where the type is <see cref="Dictionary{TKey, TValue}"/>, which has none.</summary>
    public static object MakeDictionary(Type type, Type value, IEnumerable<KeyValuePair<string, object?>> entries)
    {
        var hasOrder = type.GetGenericTypeDefinition() != typeof(Dictionary<,>);
        var open = hasOrder ? typeof(OrderedDictionary<,>) : typeof(Dictionary<,>);
        var dictionary = (IDictionary)Activator.CreateInstance(open.MakeGenericType(typeof(string), value))!;
        foreach (var (key, item) in entries)
            dictionary.Add(key, item);
        return dictionary;
    }
}
