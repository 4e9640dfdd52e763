using System.Globalization;
using SocialCredit.Edge.Host.Evaluation.Events;

namespace SocialCredit.Edge.Host.Evaluation.Scenes;

/// <summary>One scene of one seed in order of time: plays, sensors, what is true and what was seen, so that a fault can be found.</summary>
internal static class SceneTrace
{
    public static IEnumerable<string> Of(SceneFile scene, DetectorNoise noise, int seed)
    {
        var play = ScenePlay.Draw(scene, seed);
        var seen = SceneRun.Of(scene, noise, seed, play);
        var pairs = EventMatching.Match(play.Truth, seen);
        var lines = new List<(double Seconds, string Text)>();
        lines.AddRange(play.Casts.Select(c => (c.From, $"play   {c.Name}")));
        lines.AddRange(play.Changes.Select(c => (c.Seconds, $"       {c.Sensor} {c.State}")));
        lines.AddRange(play.Truth.Select((t, i) => (t.Seconds, $"{(pairs[i] < 0 ? "MISSED" : "true  ")} {t}")));
        lines.AddRange(seen.Select((s, i) => (s.Seconds, $"{(pairs.Contains(i) ? "seen  " : "FALSE ")} {s}")));
        return lines.OrderBy(l => l.Seconds).Select(l => string.Create(CultureInfo.InvariantCulture, $"{l.Seconds,7:0.0} {l.Text}"));
    }
}
