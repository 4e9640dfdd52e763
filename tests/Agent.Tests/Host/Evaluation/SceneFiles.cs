using SocialCredit.Edge.Host.Evaluation.Scenes;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Host.Evaluation;

/// <summary>The scene files of tests/Scenes, and how well each behaviour must be seen on them.</summary>
internal static class SceneFiles
{
    /// <summary>F1 that must be reached with the default noise; a scene of another behaviour needs a row here.</summary>
    public static readonly IReadOnlyDictionary<string, double> F1Min = new SortedDictionary<string, double>(StringComparer.Ordinal)
    {
        ["passage"] = 0.95,
        ["line_passage"] = 0.95,
        ["red_crossing"] = 0.95,
        ["waited_on_red"] = 0.95,
        ["wrong_way"] = 0.95,
        ["stop_keep_clear"] = 0.95,
        ["vehicle_on_footway"] = 0.95,
        ["bin_used"] = 0.95,
        ["door_left_open"] = 0.95,
        ["tailgating"] = 0.95,
        ["yielded"] = 0.85,
        ["not_yielded"] = 0.85,
        ["near_miss"] = 0.85,
        ["speeding"] = 0.85,
        ["abandoned_object"] = 0.85,
        ["object_cleared"] = 0.85,
    };

    public static string Folder { get; } = Path.Combine(TestPaths.Root, "tests", "Scenes");

    public static TheoryData<string> Names() =>
        [.. Directory.EnumerateFiles(Folder, "*.yaml").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    public static SceneSet Load(string name)
    {
        var set = SceneSet.Load(Path.Combine(Folder, $"{name}.yaml"), behaviour: null, out var faults);
        Assert.Empty(faults);
        return set!;
    }
}
