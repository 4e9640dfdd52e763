using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace SocialCredit.Edge.Configuration;

/// <summary>Reads single values out of their text, always in the invariant culture.</summary>
internal static class Scalars
{
    // An offset is demanded: without one the time would mean something else on a device in another zone.
    private static readonly string[] TimeForms = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'"];

    private static readonly ConcurrentDictionary<Type, bool> Known = [];

    public static bool IsScalar(Type type) => Known.GetOrAdd(type, static t =>
        t == typeof(string) || t.IsEnum
        || t.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IParsable<>)));

    public static bool IsNumber(Type type) => IsWhole(type) || IsFraction(type);

    public static bool IsWhole(Type type) =>
        !type.IsEnum && Type.GetTypeCode(type) is >= TypeCode.SByte and <= TypeCode.UInt64;

    /// <summary>The names of an enum's values as files write them.</summary>
    public static IReadOnlyList<string> EnumNames(Type type) =>
        [.. Enum.GetNames(type).Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)];

    /// <summary>What stands behind "Write": "a whole number, such as 10".</summary>
    public static string Expected(Type type)
    {
        var (noun, example) = Words(type);
        return example is null ? noun : $"{noun}, such as {example}";
    }

    /// <summary>Null if the text was read; otherwise what is wrong with it and what to do.</summary>
    public static (string Problem, string Hint)? Parse(Type type, string text, out object? value)
    {
        value = null;
        if (type == typeof(string))
            value = text;
        else if (type == typeof(bool))
            value = bool.TryParse(text, out var flag) ? flag : null;
        else if (type == typeof(DateOnly))
            value = DateOnly.TryParseExact(text, "yyyy-MM-dd", out var day) ? day : null;
        else if (type.IsEnum)
            value = ParseEnum(type, text);
        else if (type == typeof(DateTimeOffset))
            value = ParseTime(text);
        else if (type == typeof(float) || type == typeof(double))
            value = ParseFraction(type, text);
        else
            return ParseByType(type, text, out value);
        return value is null ? NotA(type, text) : null;
    }

    private static bool IsFraction(Type type) => type == typeof(float) || type == typeof(double) || type == typeof(decimal);

    private static object? ParseEnum(Type type, string text)
    {
        var plain = Suggestion.Plain(text);
        var name = Enum.GetNames(type).FirstOrDefault(n => Suggestion.Plain(n) == plain);
        return name is null ? null : Enum.Parse(type, name);
    }

    private static DateTimeOffset? ParseTime(string text) =>
        DateTimeOffset.TryParseExact(text, TimeForms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : null;

    private static object? ParseFraction(Type type, string text)
    {
        double? number = text.ToLowerInvariant() switch
        {
            "inf" or ".inf" or "+inf" or "+.inf" => double.PositiveInfinity,
            "-inf" or "-.inf" => double.NegativeInfinity,
            _ => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var n) && double.IsFinite(n) ? n : null,
        };
        if (type == typeof(double) || number is null)
            return number;
        // Read anew, not narrowed: narrowing a double rounds twice.
        return double.IsInfinity(number.Value) ? (float)number.Value
            : float.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture) is var narrow && float.IsFinite(narrow) ? narrow : null;
    }

    private static (string Problem, string Hint)? ParseByType(Type type, string text, out object? value)
    {
        value = null;
        try
        {
            value = typeof(Scalars).GetMethod(nameof(ParseAny), BindingFlags.NonPublic | BindingFlags.Static)!
                .MakeGenericMethod(type)
                .Invoke(null, BindingFlags.DoNotWrapExceptions, null, [text], null);
            return null;
        }
        catch (OverflowException) when (IsNumber(type))
        {
            var (least, most) = (type.GetField("MinValue")!.GetValue(null), type.GetField("MaxValue")!.GetValue(null));
            return ($"{ConfigFault.Quote(text)} is out of range.", $"Permitted: {least} to {most}.");
        }
        catch (FormatException refused) when (type.Assembly != typeof(object).Assembly)
        {
            return (refused.Message, "");
        }
        catch (Exception refused) when (refused is FormatException or OverflowException or ArgumentException)
        {
            return NotA(type, text);
        }
    }

    private static T ParseAny<T>(string text) where T : IParsable<T> => T.Parse(text, CultureInfo.InvariantCulture);

    private static (string Noun, string? Example) Words(Type type) => type switch
    {
        _ when type == typeof(bool) => ("true or false", null),
        _ when type.IsEnum => ($"one of: {string.Join(", ", EnumNames(type))}", null),
        _ when IsWhole(type) => ("a whole number", "10"),
        _ when IsFraction(type) => ("a number", "0.5"),
        _ when type == typeof(DateOnly) => ("a date", "2026-11-22"),
        _ when type == typeof(DateTimeOffset) => ("a time with its offset", "2026-11-22T09:00:00Z"),
        _ when type == typeof(TimeSpan) => ("a time span", "00:05:00"),
        _ when type == typeof(Secret) => (Secret.HowToWrite, null),
        _ => ("text", null),
    };

    private static (string Problem, string Hint) NotA(Type type, string text)
    {
        var quoted = ConfigFault.Quote(text);
        if (type.IsEnum)
            return ($"{quoted} is not known.", Suggestion.For(text, EnumNames(type), "Write one of"));
        var noun = Words(type).Noun;
        return (noun == "text" ? $"{quoted} is not a {type.Name}." : $"{quoted} is not {noun}.", $"Write {Expected(type)}.");
    }
}
