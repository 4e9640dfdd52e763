using System.Text;
using System.Text.RegularExpressions;

namespace SocialCredit.Edge.Tests.Capture;

/// <summary>What a search of files finds of frames and of tracks.</summary>
internal static partial class Residue
{
    /// <summary>Regular files: sockets and pipes have no length.</summary>
    public static IEnumerable<string> FilesIn(string folder) =>
        new DirectoryInfo(folder).EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true })
            .Where(file => file.Length > 0)
            .Select(file => file.FullName);

    /// <summary>Each file with a picture in it, or with numbers as boxes and tracks have them; the test's own configuration apart.</summary>
    public static IEnumerable<string> Find(IEnumerable<string> files) =>
        files.Where(file => !file.EndsWith(".yaml", StringComparison.Ordinal)).Select(file => (file, Found: Find(File.ReadAllBytes(file))))
            .Where(searched => searched.Found is not null).Select(searched => $"{searched.file}: {searched.Found}");

    /// <summary>The first thing found, or null.</summary>
    public static string? Find(byte[] bytes)
    {
        if (PictureSearch.Find(bytes, withStartCodes: false) is { } picture)
            return picture;
        var row = Rows().Match(Encoding.Latin1.GetString(bytes));
        return row.Success ? $"'{row.Value}' at {row.Index}" : null;
    }

    /// <summary>Four numbers or more in a row, as a box has them, or a key that names one.</summary>
    [GeneratedRegex("""
        (?<![\w.:-])-?\d{1,7}(\.\d+)?(\s*[,;\t\ ]\s*-?\d{1,7}(\.\d+)?){3,}|"(track|trackId|box|left|top|width|height|x|y|class|confidence|score)"\s*:
        """, RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace | RegexOptions.IgnoreCase, 10_000)]
    private static partial Regex Rows();
}
