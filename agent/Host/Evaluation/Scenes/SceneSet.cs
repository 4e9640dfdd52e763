using SocialCredit.Edge.Configuration;
using SocialCredit.Edge.Host.Evaluation.Events;

namespace SocialCredit.Edge.Host.Evaluation.Scenes;

/// <summary>The scene files of a folder, and what the rules make of them over many seeds.</summary>
internal sealed class SceneSet(IReadOnlyList<(string Name, SceneFile Scene)> scenes)
{
    public IReadOnlyList<(string Name, SceneFile Scene)> Scenes => scenes;

    /// <summary>Every file of a folder, or one file; null where any has a fault.</summary>
    /// <param name="behaviour">Only scenes that watch it; null for all.</param>
    public static SceneSet? Load(string path, string? behaviour, out IReadOnlyList<string> faults)
    {
        var files = Directory.Exists(path) ? Directory.GetFiles(path, "*.yaml").Order(StringComparer.Ordinal).ToArray() : [path];
        var (scenes, found) = (new List<(string, SceneFile)>(), new List<string>());
        foreach (var file in files)
        {
            var document = YamlReader.Read<SceneFile>(file);
            found.AddRange(document.Faults.Select(f => f.ToString()));
            if (document.Value is not { } scene)
                continue;
            found.AddRange(SceneZone.Faults(scene).Select(fault => $"{file}: {fault}"));
            if (behaviour is null || scene.Zone.Behaviours.ContainsKey(behaviour))
                scenes.Add((Path.GetFileNameWithoutExtension(file), scene));
        }

        if (scenes.Count == 0 && found.Count == 0)
            found.Add($"{path}: no scene{(behaviour is null ? "" : $" watches {behaviour}")}.");
        faults = found;
        return found.Count == 0 ? new SceneSet(scenes) : null;
    }

    /// <summary>Scores by behaviour, over all scenes that watch it and seeds, both ends included.</summary>
    public SceneResult Evaluate(Range range, DetectorNoise noise)
    {
        var (first, seeds) = (range.Start.Value, range.End.Value - range.Start.Value + 1);
        var scores = new IReadOnlyList<EventScores>[scenes.Count * seeds];
        Parallel.For(0, scores.Length, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
        {
            var scene = scenes[i / seeds].Scene;
            var seed = first + i % seeds;
            var play = ScenePlay.Draw(scene, seed);
            scores[i] = [.. EventScores.Of(scene.Zone.Behaviours.Keys, play.Truth, SceneRun.Of(scene, noise, seed, play), play.Seconds / 3600)];
        });
        var sums = new SortedDictionary<string, EventScores>(StringComparer.Ordinal);
        var wrong = new List<(string Scene, int Seed, EventScores Scores)>();
        for (var i = 0; i < scores.Length; i++)
        {
            foreach (var score in scores[i])
            {
                sums[score.Behaviour] = sums.TryGetValue(score.Behaviour, out var sum) ? sum + score : score;
                if (score.Missed + score.False > 0)
                    wrong.Add((scenes[i / seeds].Name, first + i % seeds, score));
            }
        }

        return new SceneResult([.. sums.Values], wrong);
    }
}

/// <summary>What came out of many scenes.</summary>
/// <param name="Scores">By behaviour.</param>
/// <param name="Wrong">Scenes and seeds with anything missed or false.</param>
internal sealed record SceneResult(IReadOnlyList<EventScores> Scores, IReadOnlyList<(string Scene, int Seed, EventScores Scores)> Wrong);
