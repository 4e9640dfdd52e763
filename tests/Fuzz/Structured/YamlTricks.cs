using System.Text;
using CsCheck;

namespace SocialCredit.Edge.Fuzz.Structured;

/// <summary>Good YAML with what breaks readers of YAML: aliases, bombs, depth, huge scalars, tabs, marks, keys that stand twice.</summary>
internal static class YamlTricks
{
    private static readonly string[] Values =
    [
        "", "~", "null", "[]", "{}", "''", "\"\"", ".inf", "-.inf", ".nan", "NaN", "1e308", "1e-320", "-0", "0x7f", "1_000", "2147483648",
        "99999999999999999999", "true", "yes", "2026-11-22", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "12:30:45", "*a", "&a x", "!!binary aGk=",
        "!!python/object:os.system x", "!secret x", "\"\\e[31mred\"", "\"a\\nb\"", "\"\\0\"", "\"\\ud800\"", "\"\\U0001F600\"", "\"\\x85\\u2028\"", "\u202Eabc",
        "env:HOME", "env:", "file:/dev/null", "file:/etc/hostname", "file:/no/such", "../../etc/passwd", "/dev/null", "-i", "--help", "$(touch x)", "`id`",
        "'; DROP TABLE x; --", "rtsp://h/$(touch x)", "rtsp://u:p@h/", "[[[[1]]]]", "{a: {b: {c: d}}}", "|\n      text\n      more", ">-\n      folded", "? [a]\n: b",
        "0.5", "-1", "0", "1", "[0, 0]", "[1, 1, 1]", "[a, b]", "[1e38, -1e38]", "[.inf, 0]", "4:3", "0x0", "any", "crossing", "standard", "strict", "demo",
    ];

    private static readonly Gen<Func<string, string>> Trick = Gen.Select(
        Gen.Int[0, 17], Gen.Int[0, 9_999], Gen.Int[0, 9_999], (kind, at, what) => (Func<string, string>)(text => Apply(kind, text, at, what)));

    /// <summary>One of the documents with none to five tricks played on it.</summary>
    public static Gen<byte[]> On(params string[] documents) => Gen.Select(
        Gen.Int[0, documents.Length - 1], Trick.Array[0, 5],
        (which, tricks) => Encoding.UTF8.GetBytes(tricks.Aggregate(documents[which], (text, trick) => trick(text))));

    private static string Apply(int kind, string text, int at, int what)
    {
        var lines = text.Split('\n').ToList();
        var i = at % lines.Count;
        var value = Values[what % Values.Length];
        switch (kind)
        {
            case 0: lines[i] = Valued(lines[i], value); break;
            case 1: lines[i] = InFlow(lines[i], what, value); break;
            case 2: lines.Insert(i, lines[i]); break;
            case 3: lines.RemoveAt(i); break;
            case 4: lines[i] = "\t" + lines[i]; break;
            case 5: lines[i] = "  " + lines[i]; break;
            case 6: lines[i] = lines[i].TrimStart(); break;
            case 7: lines[i] = Valued(lines[i], $"&a {value}"); break;
            case 8: lines[i] = Valued(lines[i], "*a"); break;
            case 9: lines[i] = Valued(lines[i], new string('[', what % 60) + value + new string(']', what % 60)); break;
            case 10: lines[i] = Valued(lines[i], new string((char)('a' + what % 26), what % 4000)); break;
            case 11: lines.InsertRange(i, Bomb(2 + what % 12)); break;
            case 12: return "\uFEFF" + text;
            case 13: return string.Join(what % 2 == 0 ? "\r\n" : "\r", lines);
            case 14: lines.Insert(i, what % 2 == 0 ? "---" : "..."); break;
            case 15: lines[i] += " # " + value.ReplaceLineEndings(" "); break;
            case 16: (lines[i], lines[what % lines.Count]) = (lines[what % lines.Count], lines[i]); break;
            default: lines.Insert(i, $"{Values[at % Values.Length].ReplaceLineEndings("")}: {value}"); break;
        }

        return string.Join('\n', lines);
    }

    /// <summary>Another value behind the first colon.</summary>
    private static string Valued(string line, string value)
    {
        var colon = line.IndexOf(": ", StringComparison.Ordinal);
        return colon < 0 ? line : line[..(colon + 2)] + value;
    }

    /// <summary>Another value inside of brackets.</summary>
    private static string InFlow(string line, int what, string value)
    {
        char[] ends = [',', '}', ']'];
        var colons = Enumerable.Range(0, line.Length).Where(at => line[at] is ':' or '[' or ',').ToList();
        if (colons.Count == 0)
            return line;
        var from = colons[what % colons.Count] + 1;
        var to = line.IndexOfAny(ends, from);
        return $"{line[..from]} {value.ReplaceLineEndings(" ")}{(to < 0 ? "" : line[to..])}";
    }

    /// <summary>A billion laughs, as many lines deep as asked for.</summary>
    private static IEnumerable<string> Bomb(int depth) =>
        Enumerable.Range(0, depth).Select(i => i == 0 ? "l0: &l0 [x, x, x, x]" : $"l{i}: &l{i} [*l{i - 1}, *l{i - 1}, *l{i - 1}, *l{i - 1}]");
}
