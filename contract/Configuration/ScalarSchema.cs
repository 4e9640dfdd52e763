using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SocialCredit.Edge.Configuration;

/// <summary>JSON Schema of single values, and of the annotations on them.</summary>
internal static class ScalarSchema
{
    public static JsonObject Of(Type type)
    {
        if (type == typeof(bool))
            return Typed("boolean");
        if (Scalars.IsWhole(type))
            return Typed("integer");
        if (Scalars.IsNumber(type))
            return Typed("number");
        if (type.IsEnum)
            return new JsonObject { ["enum"] = new JsonArray([.. Scalars.EnumNames(type).Select(n => (JsonNode)n)]) };
        var text = Typed("string");
        if (type == typeof(DateOnly))
            text["format"] = "date";
        else if (type == typeof(DateTimeOffset))
            text["format"] = "date-time";
        else if (type == typeof(Secret))
            text["pattern"] = "^(env:[^=]+|file:/.+)$";
        else if (type.Assembly != typeof(object).Assembly)
            text["type"] = new JsonArray("string", "number"); // Its own parser reads the text, such as 4:3 or 1.333.
        return text;
    }

    /// <summary>Adds what the annotation says; one that has no counterpart adds nothing.</summary>
    public static void Add(ValidationAttribute rule, JsonObject schema, Type type)
    {
        var unit = type == typeof(string) ? "Length" : Collections.DictionaryValue(type) is null ? "Items" : "Properties";
        switch (rule)
        {
            case RangeAttribute { Minimum: int or double } range:
                AddRange(range, schema, type);
                break;
            case RegularExpressionAttribute form:
                schema["pattern"] = $"^(?:{form.Pattern})$";
                break;
            case RequiredAttribute { AllowEmptyStrings: false } when type == typeof(string):
                schema["minLength"] = 1;
                break;
            case StringLengthAttribute length:
                (schema["minLength"], schema["maxLength"]) = (length.MinimumLength, length.MaximumLength);
                break;
            case LengthAttribute length:
                (schema["min" + unit], schema["max" + unit]) = (length.MinimumLength, length.MaximumLength);
                RefuseEmpty(schema, length.MinimumLength);
                break;
            case MinLengthAttribute length:
                schema["min" + unit] = length.Length;
                RefuseEmpty(schema, length.Length);
                break;
            case MaxLengthAttribute length:
                schema["max" + unit] = length.Length;
                break;
            case AllowedValuesAttribute allowed:
                schema["enum"] = new JsonArray([.. allowed.Values.Select(Default)]);
                break;
        }
    }

    public static void AllowNull(JsonObject schema)
    {
        if (schema["type"] is JsonValue type)
            schema["type"] = new JsonArray(type.GetValue<string>(), "null");
        else if (schema["type"] is JsonArray types && types.All(t => t!.GetValue<string>() != "null"))
            types.Add((JsonNode)"null");
        if (schema["enum"] is JsonArray words)
            words.Add((JsonNode?)null);
        if (schema["anyOf"] is JsonArray choices)
            choices.Add(Typed("null"));
    }

    /// <summary>Null for what is not a single value.</summary>
    public static JsonNode? Default(object? value) => value switch
    {
        null => null,
        string text => text,
        bool flag => flag,
        float or double => Number(Convert.ToDouble(value, CultureInfo.InvariantCulture), value),
        Enum named => JsonNamingPolicy.SnakeCaseLower.ConvertName(named.ToString()),
        _ when Scalars.IsNumber(value.GetType()) => JsonSerializer.SerializeToNode(value, value.GetType()),
        _ => null,
    };

    /// <summary>A list that was begun and left empty is read as one without entries, which is too few.</summary>
    private static void RefuseEmpty(JsonObject schema, int countMin)
    {
        if (countMin > 0 && schema["type"] is JsonArray types)
            schema["type"] = types[0]!.GetValue<string>();
    }

    private static void AddRange(RangeAttribute range, JsonObject schema, Type type)
    {
        var least = Convert.ToDouble(range.Minimum, CultureInfo.InvariantCulture);
        var most = Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture);
        if (double.IsFinite(least))
            schema[range.MinimumIsExclusive ? "exclusiveMinimum" : "minimum"] = Number(least, range.Minimum);
        if (double.IsFinite(most))
            schema[range.MaximumIsExclusive ? "exclusiveMaximum" : "maximum"] = Number(most, range.Maximum);
        else if (!Scalars.IsWhole(type))
            AllowInfinity(schema);
    }

    /// <summary>The word <c>inf</c> beside the numbers; JSON has no number for it.</summary>
    private static void AllowInfinity(JsonObject schema)
    {
        var number = (JsonObject)schema.DeepClone();
        schema.Clear();
        schema["anyOf"] = new JsonArray(number, new JsonObject { ["enum"] = new JsonArray("inf") });
    }

    private static JsonNode Number(double number, object value)
    {
        if (!double.IsFinite(number))
            return number > 0 ? "inf" : "-inf";
        return JsonSerializer.SerializeToNode(value, value.GetType())!;
    }

    private static JsonObject Typed(string type) => new() { ["type"] = type };
}
