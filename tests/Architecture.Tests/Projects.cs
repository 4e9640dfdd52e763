using System.Xml.Linq;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Architecture.Tests;

/// <summary>One project as its csproj declares it.</summary>
internal sealed record Project(string Name, IReadOnlyList<string> References, IReadOnlyList<string> Packages)
{
    private const string Prefix = "SocialCredit.Edge.";

    /// <summary>Every project of agent, contract and sink; tests apart.</summary>
    public static IReadOnlyList<Project> ReadAll()
    {
        string[] rooms = ["contract", "agent", "cloud-sink"];
        return [.. rooms
            .SelectMany(room => Directory.EnumerateFiles(Path.Combine(TestPaths.Root, room), "*.csproj", SearchOption.AllDirectories))
            .Select(Read)];
    }

    private static Project Read(string path)
    {
        var elements = XDocument.Load(path).Descendants().ToList();
        return new Project(
            Short(Path.GetFileNameWithoutExtension(path)),
            [.. Includes("ProjectReference").Select(include => Short(Path.GetFileNameWithoutExtension(include)))],
            [.. Includes("PackageReference")]);

        IEnumerable<string> Includes(string name) =>
            elements.Where(element => element.Name.LocalName == name).Select(element => element.Attribute("Include")!.Value);
    }

    private static string Short(string name) => name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : name;
}
