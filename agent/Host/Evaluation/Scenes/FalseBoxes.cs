using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Host.Evaluation.Scenes;

/// <summary>Boxes where nothing is: they come at random places, as large as something of their class would be there, and stay for a while.</summary>
internal sealed class FalseBoxes(DetectorNoise noise, SceneRandom random, SceneCamera camera, IReadOnlyList<ObjectClass> classes)
{
    /// <summary>Farther away nothing is large enough to be detected.</summary>
    private const double DistanceMetresMax = 60;

    private readonly GroundPlane _ground = camera.Ground();
    private readonly List<(Detection Detection, Drift Sureness)> _there = [];

    /// <param name="factor">So many times as many as usual begin, for a change of the light.</param>
    public void AddTo(List<Detection> detections, double seconds, double factor)
    {
        if (noise.FalseBoxes <= 0)
            return;
        var ends = Math.Min(1, seconds / Math.Max(noise.FalseSeconds, seconds));
        _there.RemoveAll(_ => random.Happens(ends));
        for (var expected = noise.FalseBoxes * ends * factor; random.Happens(Math.Min(expected, 0.999)); expected--)
            _there.Add((new Detection(Place(out var kind), kind, 0), default));
        for (var i = 0; i < _there.Count; i++)
        {
            var (detection, sureness) = _there[i];
            sureness.Next(random, seconds, noise.FalseSeconds);
            _there[i] = (detection, sureness);
            detections.Add(detection with { Confidence = (float)Quantiles.At(noise.FalseConfidence, sureness.Share) });
        }
    }

    private Box Place(out ObjectClass kind)
    {
        kind = classes[(int)(random.Share() * classes.Count)];
        while (true)
        {
            var foot = new Point((float)random.Share(), (float)random.Share());
            if (!_ground.TryToMetres(foot, out var metres) || metres.Y > DistanceMetresMax
                || camera.BoxOf(metres.X, metres.Y, 0, Body.Of(kind)) is not { } box)
                continue;
            return camera.ToPixels(box);
        }
    }
}
