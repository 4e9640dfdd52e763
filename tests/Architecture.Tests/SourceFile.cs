using System.Text.RegularExpressions;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Architecture.Tests;

/// <summary>One C# file of the repository.</summary>
internal sealed record SourceFile(string Path, string Text)
{
    /// <summary>Every C# file below the given folders of the repository, build output apart.</summary>
    public static IReadOnlyList<SourceFile> Below(params string[] folders) =>
        [.. folders.SelectMany(folder => Directory
            .EnumerateFiles(System.IO.Path.Combine(TestPaths.Root, folder), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal))
            .Order()
            .Select(path => new SourceFile(System.IO.Path.GetRelativePath(TestPaths.Root, path), File.ReadAllText(path))))];

    public int Lines => Text.Count(c => c == '\n');

    /// <summary>Path, line and text of every match.</summary>
    public IEnumerable<string> Find(Regex pattern) =>
        Text.Split('\n').Select((line, i) => (line, i)).Where(at => pattern.IsMatch(at.line)).Select(at => $"{Path}:{at.i + 1}: {at.line.Trim()}");
}
