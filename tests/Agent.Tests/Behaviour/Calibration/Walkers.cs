using SocialCredit.Edge.Behaviour.Calibration;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Tracking;

namespace SocialCredit.Edge.Agent.Tests.Behaviour.Calibration;

/// <summary>
/// Persons of mixed height who walk straight through what a camera sees, one after the other, as a detector boxes them. Paces
/// are Weidmann's (Transporttechnik der Fussgaenger, 1993): 1.34 m/s, standard deviation 0.26.
/// </summary>
internal static class Walkers
{
    public const double MeanHeightMetres = 1.70;
    public const double FramesPerSecond = 10;

    private const double HeightSigmaMetres = 0.08;

    /// <summary>Of each of a box's edges, in heights of the person; that of street-320's foot points on PETS2009 S2.L1.</summary>
    private const double EdgeSigmaHeights = 0.05;

    private const int FramesMax = 120;

    /// <summary>Rows of boxes in 0..1 of the picture, in order of frames.</summary>
    public static List<MotRow> Walk(StandingCamera camera, int persons, int seed)
    {
        var random = new Random(seed);
        var (rows, frame) = (new List<MotRow>(), 1);
        for (var id = 1; id <= persons; id++)
        {
            var (from, to) = (camera.Place(random).Metres, camera.Place(random).Metres);
            var (height, pace) = (MeanHeightMetres + (HeightSigmaMetres * Normal(random)), Math.Max(0.5, 1.34 + (0.26 * Normal(random))));
            var way = Math.Sqrt(((to.X - from.X) * (to.X - from.X)) + ((to.Y - from.Y) * (to.Y - from.Y)));
            for (var step = 0; step < FramesMax && step * pace / FramesPerSecond < way; step++)
            {
                var share = step * pace / FramesPerSecond / way;
                var (x, y) = (from.X + (share * (to.X - from.X)), from.Y + (share * (to.Y - from.Y)));
                if (camera.Project(x, y) is { } foot && camera.Project(x, y, height) is { } head)
                    rows.Add(new MotRow(frame++, id, BoxOf(foot, head, camera.Aspect, random), 1));
            }
        }

        return rows;
    }

    /// <summary>What the calibration is given of such rows.</summary>
    public static WalkerSightings Watch(IEnumerable<MotRow> rows, double aspect, double framesPerSecond = FramesPerSecond)
    {
        var sightings = new WalkerSightings();
        var scene = new Scene { Aspect = (float)aspect };
        foreach (var frame in rows.GroupBy(row => row.Frame).OrderBy(frame => frame.Key))
        {
            scene.CapturedAt = DateTimeOffset.UnixEpoch.AddSeconds(frame.Key / framesPerSecond);
            scene.Tracks.Clear();
            scene.Tracks.AddRange(frame.Select(row => new SceneTrack(row.Id, ObjectClass.Person, row.Box, IsSeen: true)));
            sightings.Add(scene);
        }

        return sightings;
    }

    /// <summary>Of mean 0 and standard deviation 1 (Box and Muller 1958).</summary>
    public static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static Box BoxOf(Point foot, Point head, double aspect, Random random)
    {
        var height = foot.Y - head.Y;
        var (top, bottom) = (head.Y + (EdgeSigmaHeights * height * Normal(random)), foot.Y + (EdgeSigmaHeights * height * Normal(random)));
        var (middle, half) = (foot.X + (0.2 * EdgeSigmaHeights * height * Normal(random)), 0.2 * height / aspect);
        return new Box((float)(middle - half), (float)top, (float)(middle + half), (float)bottom);
    }
}
