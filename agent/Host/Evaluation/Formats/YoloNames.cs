using SocialCredit.Edge.Configuration;

namespace SocialCredit.Edge.Host.Evaluation.Formats;

/// <summary>
/// The class names of a set in YOLO text: <c>names</c> of a *.yaml (a list in brackets or of dashes, or numbers with names) or the
/// lines of classes.txt, in the set's folder or the one above it.
/// </summary>
internal static class YoloNames
{
    /// <exception cref="IOException">There are none.</exception>
    /// <exception cref="FormatException">They are not names.</exception>
    public static IReadOnlyDictionary<int, string> Of(string set)
    {
        var above = Path.GetDirectoryName(Path.GetFullPath(set).TrimEnd('/'));
        string[] folders = above is null ? [set] : [set, above];
        foreach (var folder in folders)
        {
            var files = Directory.EnumerateFiles(folder, "*.yaml").Order(StringComparer.Ordinal);
            var names = files.Select(file => YamlNames.Read(file, "names")).FirstOrDefault(found => found.Count > 0);
            var lines = Path.Combine(folder, "classes.txt");
            if (names is null && File.Exists(lines))
                names = File.ReadLines(lines).Where(line => line.Trim().Length > 0).Select((name, i) => (i, name.Trim())).ToDictionary();
            if (names is not null)
                return names;
        }

        throw new FileNotFoundException(
            $"{set}: neither a *.yaml with `names:` nor a classes.txt was found there or above. Write the class names into classes.txt, one a line.");
    }
}
