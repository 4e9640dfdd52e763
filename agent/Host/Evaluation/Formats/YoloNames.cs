using System.Globalization;

namespace SocialCredit.Edge.Host.Evaluation.Formats;

/// <summary>
/// The class names of a set in YOLO text: <c>names</c> of a *.yaml (a list in brackets or of dashes, or numbers with names) or the
/// lines of classes.txt, in the set's folder or the one above it.
/// </summary>
internal static class YoloNames
{
    /// <exception cref="IOException">There are none.</exception>
    public static IReadOnlyDictionary<int, string> Of(string set)
    {
        var above = Path.GetDirectoryName(Path.GetFullPath(set).TrimEnd('/'));
        string[] folders = above is null ? [set] : [set, above];
        foreach (var folder in folders)
        {
            var files = Directory.EnumerateFiles(folder, "*.yaml").Order(StringComparer.Ordinal);
            var names = files.Select(FromYaml).FirstOrDefault(found => found.Count > 0);
            var lines = Path.Combine(folder, "classes.txt");
            if (names is null && File.Exists(lines))
                names = File.ReadLines(lines).Where(line => line.Trim().Length > 0).Select((name, i) => (i, name.Trim())).ToDictionary();
            if (names is not null)
                return names;
        }

        throw new FileNotFoundException(
            $"{set}: neither a *.yaml with `names:` nor a classes.txt was found there or above. Write the class names into classes.txt, one a line.");
    }

    private static Dictionary<int, string> FromYaml(string file)
    {
        var lines = File.ReadLines(file).SkipWhile(line => !line.StartsWith("names:", StringComparison.Ordinal)).ToList();
        if (lines.Count == 0)
            return [];
        var inline = lines[0]["names:".Length..].Trim();
        if (inline.StartsWith('['))
            return Bracketed(inline, lines).Select((name, i) => (i, name)).ToDictionary();
        var names = new Dictionary<int, string>();
        foreach (var line in lines.Skip(1).Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#'))
        {
            var (key, name) = line.Split(':', 2) is [var number, var named] ? (number, named) : ("", line);
            if (line.StartsWith("- ", StringComparison.Ordinal))
                names[names.Count] = Plain(line[2..]);
            else if (int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var index))
                names[index] = Plain(name);
            else
                break;
        }

        return names;
    }

    private static IEnumerable<string> Bracketed(string inline, List<string> lines)
    {
        var text = string.Join(' ', lines.Skip(1).Prepend(inline));
        var end = text.IndexOf(']', StringComparison.Ordinal);
        return text[1..(end < 0 ? text.Length : end)].Split(',').Select(Plain).Where(name => name.Length > 0);
    }

    private static string Plain(string name) => name.Trim().Trim('\'', '"');
}
