using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Tracking;

namespace SocialCredit.Edge.Host.Evaluation.Scenes;

/// <summary>Plays a measured noise on the ground truth that it was measured on: what is tracked then must be as good as what is tracked of the real detections.</summary>
internal static class NoiseReplay
{
    private const float ReportedMin = 0.1f;

    public static List<MotRow> Detections(IReadOnlyList<MotRow> truth, DetectorNoise noise, double framesPerSecond, int seed)
    {
        var people = truth.Where(r => r.Confidence != 0).ToList();
        var frame = (Width: (int)people.Max(r => r.Box.Right), Height: (int)people.Max(r => r.Box.Bottom));
        var random = SceneRandom.Of(seed, "places");
        var detector = new SimulatedDetector(noise, SceneRandom.Of(seed, "boxes"), frame);
        var falseBoxes = new FalseBoxes(noise, SceneRandom.Of(seed, "false"), () => new Detection(Place(people, frame, random), ObjectClass.Person, 0));
        var (found, rows) = (new List<Detection>(), new List<MotRow>());
        foreach (var (index, there) in people.GroupBy(r => r.Frame).OrderBy(g => g.Key).Select(g => (g.Key, g)))
        {
            detector.Detect([.. there.Select(r => new Thing(r.Id, ObjectClass.Person, r.Box))], 1 / framesPerSecond, 0, found);
            falseBoxes.AddTo(found, 1 / framesPerSecond, 1);
            rows.AddRange(found.Where(d => d.Confidence >= ReportedMin).Select(d => new MotRow(index, -1, d.Box, d.Confidence)));
        }

        return rows;
    }

    /// <summary>As large as one of the people, anywhere.</summary>
    private static Box Place(List<MotRow> people, (int Width, int Height) frame, SceneRandom random)
    {
        var like = people[(int)(random.Share() * people.Count)].Box;
        var (x, y) = ((float)random.Share() * (frame.Width - like.Width), (float)random.Share() * (frame.Height - like.Height));
        return new Box(x, y, x + like.Width, y + like.Height);
    }
}
