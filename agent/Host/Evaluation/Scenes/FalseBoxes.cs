using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Host.Evaluation.Scenes;

/// <summary>Boxes where nothing is: they come at random places and stay for a while.</summary>
/// <param name="place">Gives a new one; its confidence is of no meaning.</param>
internal sealed class FalseBoxes(DetectorNoise noise, SceneRandom random, Func<Detection> place)
{
    /// <summary>Farther away nothing is large enough to be detected.</summary>
    private const double DistanceMetresMax = 60;

    private readonly List<(Detection Detection, Drift Sureness)> _there = [];

    /// <summary>At random places of a picture, as large as something of a class would be there.</summary>
    public static FalseBoxes Of(SceneCamera camera, IReadOnlyList<ObjectClass> classes, DetectorNoise noise, SceneRandom random)
    {
        var ground = camera.Ground();
        return new FalseBoxes(noise, random, () => Place(camera, ground, classes[(int)(random.Share() * classes.Count)], random));
    }

    /// <param name="factor">So many times as many as usual begin, for a change of the light.</param>
    public void AddTo(List<Detection> detections, double seconds, double factor)
    {
        if (noise.FalseBoxes <= 0)
            return;
        var ends = seconds / Math.Max(noise.FalseSeconds, seconds);
        _there.RemoveAll(_ => random.Happens(ends));
        for (var expected = noise.FalseBoxes * ends * factor; random.Happens(Math.Min(expected, 0.999)); expected--)
            _there.Add((place(), default));
        for (var i = 0; i < _there.Count; i++)
        {
            var (detection, sureness) = _there[i];
            sureness.Next(random, seconds, noise.FalseSeconds);
            _there[i] = (detection, sureness);
            detections.Add(detection with { Confidence = (float)Quantiles.At(noise.FalseConfidence, sureness.Share) });
        }
    }

    private static Detection Place(SceneCamera camera, GroundPlane ground, ObjectClass kind, SceneRandom random)
    {
        while (true)
        {
            var foot = new Point((float)random.Share(), (float)random.Share());
            var isNear = ground.TryToMetres(foot, out var metres) && metres.Y <= DistanceMetresMax;
            if (isNear && camera.BoxOf(metres.X, metres.Y, 0, Body.Of(kind)) is { } box)
                return new Detection(camera.ToPixels(box), kind, 0);
        }
    }
}
