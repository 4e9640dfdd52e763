using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Host.Watching;

/// <summary>
/// What a JSON Schema permits at a place: <c>properties</c>, <c>required</c> (also the order), <c>items</c>, <c>$ref</c> within the
/// document, <c>type</c>, <c>const</c>, <c>enum</c>, <c>pattern</c>, <c>maxLength</c>, <c>minimum</c>, <c>maximum</c>. Texts must be bounded.
/// </summary>
internal sealed class JsonFieldRules(JsonElement root, IReadOnlyDictionary<string, IReadOnlyCollection<string>> closed)
{
    private static readonly TimeSpan PatternLimit = TimeSpan.FromSeconds(1);

    public JsonElement Resolve(JsonElement schema)
    {
        if (!schema.TryGetProperty("$ref", out var reference))
            return schema;
        var at = root;
        foreach (var step in reference.GetString()!.Split('/').Skip(1))
            at = at.GetProperty(step);
        return at;
    }

    /// <summary>Null where the schema names no such key.</summary>
    public JsonElement? Member(JsonElement schema, string key) =>
        schema.TryGetProperty("properties", out var members) && members.TryGetProperty(key, out var member) ? WithWords(member) : null;

    public JsonElement? Item(JsonElement schema) => schema.TryGetProperty("items", out var item) ? WithWords(item) : null;

    public static bool IsBranch(JsonElement schema, JsonTokenType type) =>
        IsOf(schema, type == JsonTokenType.StartObject ? "object" : "array");

    /// <summary>Keys in the order in which they are written; empty where the schema leaves it open.</summary>
    public static List<string> Order(JsonElement schema) =>
        schema.TryGetProperty("required", out var required) ? [.. required.EnumerateArray().Select(key => key.GetString()!)] : [];

    /// <summary>The schema's words; for a behaviour, which it only names, the catalogue's.</summary>
    public static string? MeaningOf(JsonElement? schema, string key)
    {
        if (schema is { } known && known.TryGetProperty("description", out var words))
            return words.GetString();
        return Behaviours.Find(key) is { } behaviour ? $"Noised count. {behaviour.Definition}" : null;
    }

    /// <summary>True where a single value may stand there as it is written.</summary>
    /// <param name="schema">Of the field.</param>
    /// <param name="path">Of the field, such as <c>counts.wrong_way</c>.</param>
    /// <param name="type">What was read.</param>
    /// <param name="raw">As it is written.</param>
    public bool Permits(JsonElement schema, string path, JsonTokenType type, string raw)
    {
        if (schema.TryGetProperty("const", out var only))
            return raw == only.GetRawText();
        if (schema.TryGetProperty("enum", out var some) && !some.EnumerateArray().Any(value => raw == value.GetRawText()))
            return false;
        return type switch
        {
            JsonTokenType.String when IsOf(schema, "string") => PermitsText(schema, path, raw),
            JsonTokenType.Number when IsOf(schema, "integer") => PermitsInteger(schema, raw),
            JsonTokenType.Number when IsOf(schema, "number") => PermitsNumber(schema, raw),
            JsonTokenType.True or JsonTokenType.False => IsOf(schema, "boolean"),
            JsonTokenType.Null => IsOf(schema, "null"),
            _ => false,
        };
    }

    /// <summary><c>type</c> names one or several.</summary>
    private static bool IsOf(JsonElement schema, string type)
    {
        if (!schema.TryGetProperty("type", out var named))
            return type == "string" && schema.TryGetProperty("enum", out _);
        return named.ValueKind == JsonValueKind.Array ? named.EnumerateArray().Any(one => one.GetString() == type) : named.GetString() == type;
    }

    private bool PermitsText(JsonElement schema, string path, string raw)
    {
        // An escape is another way to write the same, and so could say something.
        var text = raw[1..^1];
        if (text.Contains('\\'))
            return false;
        var isBounded = schema.TryGetProperty("pattern", out _) || schema.TryGetProperty("enum", out _);
        return isBounded
            && (!schema.TryGetProperty("pattern", out var pattern) || Regex.IsMatch(text, pattern.GetString()!, RegexOptions.CultureInvariant, PatternLimit))
            && (!schema.TryGetProperty("maxLength", out var longest) || text.Length <= longest.GetInt32())
            && (!closed.TryGetValue(path, out var values) || values.Contains(text));
    }

    private static bool PermitsInteger(JsonElement schema, string raw) =>
        long.TryParse(raw, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
        && number.ToString(CultureInfo.InvariantCulture) == raw
        && (!schema.TryGetProperty("minimum", out var least) || number >= least.GetInt64())
        && (!schema.TryGetProperty("maximum", out var most) || number <= most.GetInt64());

    /// <summary>No digit more than it needs.</summary>
    private static bool PermitsNumber(JsonElement schema, string raw) =>
        double.TryParse(raw, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        && number.ToString("R", CultureInfo.InvariantCulture) == raw
        && (!schema.TryGetProperty("minimum", out var least) || number >= least.GetDouble())
        && (!schema.TryGetProperty("maximum", out var most) || number <= most.GetDouble());

    /// <summary>What a field says of itself stands beside its reference.</summary>
    private JsonElement WithWords(JsonElement member)
    {
        if (!member.TryGetProperty("$ref", out _) || !member.TryGetProperty("description", out var words))
            return Resolve(member);
        var joined = Resolve(member).EnumerateObject().Where(entry => entry.Name != "description").ToDictionary(entry => entry.Name, entry => entry.Value);
        joined["description"] = words;
        return JsonSerializer.SerializeToElement(joined);
    }
}
