using System.Text;
using System.Text.RegularExpressions;
using CsCheck;

namespace SocialCredit.Edge.Fuzz.Structured;

/// <summary>Good JSON with what breaks readers of JSON: depth, keys that stand twice, huge numbers, surrogates, NUL, bytes behind the end.</summary>
internal static partial class JsonTricks
{
    private static readonly string[] Values =
    [
        "null", "true", "{}", "[]", "\"\"", "0", "-0", "-1", "1.0", "1e0", "1E400", "-1e-400", "00", "2147483648", "4294967296", "9223372036854775808",
        "999999999", "1000000000", "99999999999999999999999999999999999999", "0.1", "\"\\u0000\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\u202E\"", "\"\\u001b[31m\"",
        "\"../../etc\"", "\"9999-12-31T23:00:00Z\"", "\"9999-12-31T00:00:00Z\"", "\"0001-01-01T00:00:00Z\"", "\"1970-01-01T00:00:00Z\"", "\"2026-11-22T09:00:00Z\"",
        "\"2026-11-22\"", "\"ok\"", "\"low\"", "\"demo\"", "\"strict\"", "86400", "21600", "900", "1", "[null]", "[[1,2]]", "[[2,1]]", "NaN", "Infinity", "'a'", "/**/1",
    ];

    private static readonly Gen<Func<string, string>> Trick = Gen.Select(
        Gen.Int[0, 12], Gen.Int[0, 99_999], Gen.Int[0, 9_999], (kind, at, what) => (Func<string, string>)(text => Apply(kind, text, at, what)));

    /// <summary>One of what the generator makes, with none to four tricks played on it.</summary>
    public static Gen<byte[]> On(Gen<string> documents) => Gen.Select(
        documents, Trick.Array[0, 4],
        (document, tricks) => Encoding.UTF8.GetBytes(tricks.Aggregate(document, (text, trick) => trick(text))));

    private static string Apply(int kind, string text, int at, int what)
    {
        var tokens = Token().Matches(text);
        if (tokens.Count == 0)
            return text;
        var token = tokens[at % tokens.Count];
        var value = Values[what % Values.Length];
        var (from, to) = (token.Index, token.Index + token.Length);
        return kind switch
        {
            0 or 1 or 2 => text[..from] + value + text[to..],
            3 => text[..from] + text[to..],
            4 => text[..to] + token.Value + text[to..],
            5 => text[..from] + new string('[', what % 80) + value + new string(']', what % 80) + text[to..],
            6 => text + value,
            7 => text[..from] + " \n\t" + text[from..],
            8 => text[..from] + Escaped(token.Value) + text[to..],
            9 => text[..from] + tokens[what % tokens.Count].Value + text[to..],
            10 => TwoOfOne(text, at, what),
            11 => text[..from],
            _ => text[..from] + token.Value.ToUpperInvariant() + text[to..],
        };
    }

    /// <summary>A member once more, at the end of the whole.</summary>
    private static string TwoOfOne(string text, int at, int what)
    {
        var members = Member().Matches(text);
        var end = text.LastIndexOf('}');
        return members.Count == 0 || end < 0 ? text : $"{text[..end]},{members[at % members.Count].Groups["key"].Value}:{Values[what % Values.Length]}{text[end..]}";
    }

    /// <summary>The same word, written in another way.</summary>
    private static string Escaped(string token) =>
        token is ['"', not '"', ..] ? $"\"\\u{(int)token[1]:x4}{token[2..]}" : token;

    [GeneratedRegex("\"[^\"]*\"|-?[0-9.]+|true|false|null|[{}\\[\\],:]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Token();

    [GeneratedRegex("(?<key>\"[a-zA-Z_]+\"):", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Member();
}
