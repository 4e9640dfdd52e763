using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SocialCredit.Edge.Configuration;

/// <summary>
/// The JSON Schema (draft 2020-12) of what <see cref="YamlReader"/> reads, for editors: name it in the file's first line,
/// <c># yaml-language-server: $schema=edge.schema.json</c>. It is walked from the same shapes that files are bound to, since
/// an exporter for JSON would not know tuples, kinds, empty values and annotations.
/// </summary>
public static class YamlSchema
{
    private static readonly JsonSerializerOptions Written = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The schema as indented JSON text, the same for the same types.</summary>
    /// <exception cref="NotSupportedException">The type contains itself.</exception>
    public static string For<T>() where T : class
    {
        var schema = Of(typeof(T), []);
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        return schema.ToJsonString(Written) + "\n";
    }

    private static JsonObject Of(Type type, IReadOnlyList<Type> owners)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (owners.Contains(type))
            throw new NotSupportedException($"{type} contains itself; a schema without end cannot be written.");
        if (Collections.DictionaryValue(type) is { } value)
            return Kinds.IsBase(value) ? KindsOf(value, owners) : Object(new() { ["additionalProperties"] = Of(value, owners) });
        if (Collections.ListItem(type) is { } item)
            return Kinds.IsBase(item) ? KindListOf(item, owners) : ListOf(Of(item, owners));
        if (Scalars.IsScalar(type))
            return ScalarSchema.Of(type);
        var record = RecordOf(type, [.. owners, type]);
        return RecordShape.Of(type).IsTuple ? AnyOf(TupleOf(type, owners), record) : record;
    }

    private static JsonObject RecordOf(Type type, IReadOnlyList<Type> owners)
    {
        var shape = RecordShape.Of(type);
        var properties = new JsonObject();
        var defaults = shape.Make(new Dictionary<string, object?>());
        foreach (var member in shape.Members)
            properties[member.Key] = MemberOf(member, defaults, owners);
        var schema = Object(new JsonObject { ["properties"] = properties, ["additionalProperties"] = false });
        var required = shape.Members.Where(m => m.IsRequired).Select(m => (JsonNode)m.Key).ToArray();
        if (required.Length > 0)
        {
            schema["required"] = new JsonArray(required);
            schema["type"] = "object";
        }

        return Described(schema, XmlSummaries.Of(type));
    }

    private static JsonObject MemberOf(RecordMember member, object? defaults, IReadOnlyList<Type> owners)
    {
        var schema = Of(member.Type, owners);
        foreach (var rule in member.Rules)
            ScalarSchema.Add(rule, schema, Nullable.GetUnderlyingType(member.Type) ?? member.Type);
        if (member.IsNullable)
            ScalarSchema.AllowNull(schema);
        if (!member.IsRequired && defaults is not null && ScalarSchema.Default(member.Property.GetValue(defaults)) is { } value)
            schema["default"] = value;
        return Described(schema, XmlSummaries.Of(member.Property));
    }

    private static JsonObject TupleOf(Type type, IReadOnlyList<Type> owners)
    {
        var members = RecordShape.Of(type).Members.OrderBy(m => m.Parameter!.Position).ToArray();
        return new JsonObject
        {
            ["type"] = "array",
            ["prefixItems"] = new JsonArray([.. members.Select(m => MemberOf(m, null, owners))]),
            ["items"] = false,
            ["minItems"] = members.Length,
            ["maxItems"] = members.Length,
        };
    }

    private static JsonObject KindsOf(Type baseType, IReadOnlyList<Type> owners) => Object(new JsonObject
    {
        ["properties"] = new JsonObject(Kinds.Of(baseType)
            .Select(k => KeyValuePair.Create(k.Key, (JsonNode?)Described(Of(k.Value, owners), XmlSummaries.Of(k.Value.DeclaringType!))))),
        ["additionalProperties"] = false,
    });

    private static JsonObject KindListOf(Type baseType, IReadOnlyList<Type> owners)
    {
        var word = new JsonObject { ["enum"] = new JsonArray([.. Kinds.Of(baseType).Keys.Select(k => (JsonNode)k)]) };
        return AnyOf(KindsOf(baseType, owners), ListOf(AnyOf(word, KindsOf(baseType, owners))));
    }

    private static JsonObject ListOf(JsonObject item) => new() { ["type"] = new JsonArray("array", "null"), ["items"] = item };

    private static JsonObject AnyOf(params JsonNode[] choices) => new() { ["anyOf"] = new JsonArray(choices) };

    /// <summary>A record without required keys may be begun and left empty, which editors read as null.</summary>
    private static JsonObject Object(JsonObject schema)
    {
        schema.Insert(0, "type", new JsonArray("object", "null"));
        return schema;
    }

    private static JsonObject Described(JsonObject schema, string? words)
    {
        if (words is not null)
            schema["description"] = words;
        return schema;
    }
}
