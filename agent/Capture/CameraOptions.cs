using System.Security.Cryptography;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Capture;

/// <summary>One camera: where its pictures come from and what must not be seen in them.</summary>
public sealed record CameraOptions
{
    private static readonly Random DefaultRandom = new(RandomNumberGenerator.GetInt32(int.MaxValue));

    public required string Name { get; init; }

    /// <summary>A path or an address; <see cref="FindFaults"/> lists the known forms. Never holds a password.</summary>
    public required string Source { get; init; }

    /// <summary>At most this many frames a second, 0..240; 0 takes all that the source gives.</summary>
    public double FramesPerSecond { get; init; }

    /// <summary>Polygons in 0..1 of the frame that are blackened before anything else sees the picture.</summary>
    public IReadOnlyList<IReadOnlyList<Point>> Masks { get; init; } = [];

    /// <summary>When frame 0 of a file was taken; null is the moment the file is opened.</summary>
    public DateTimeOffset? StartsAt { get; init; }

    /// <summary>Files are played at their own speed instead of as fast as they are taken.</summary>
    public bool Paced { get; init; }

    /// <summary>Files begin again at their end; time goes on.</summary>
    public bool Loop { get; init; }

    public string? User { get; init; }

    /// <summary>True where frames are dated apart from the clock: a file that plays as fast as it can, or as if at another time.</summary>
    public bool IsReplay => SourceAddress.TryParse(Source, out var address, out _) && !address.IsLive && (!Paced || StartsAt is not null);

    /// <summary>Asked at every connection, so that a changed secret is picked up and none is kept here.</summary>
    public Func<string?>? Password { get; init; }

    /// <summary>Takes secrets out of what a decoder or a driver says; where nobody gives one, nothing of it is repeated.</summary>
    public Func<string, string> Redact { get; init; } = static _ => "(not shown)";

    /// <summary>How long a source may take until its first frame arrives.</summary>
    public TimeSpan OpenDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a source may take from one frame to the next.</summary>
    public TimeSpan ReadDeadline { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>No frame, or the same or a black picture, for this long is blindness.</summary>
    public TimeSpan BlindAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The decoder of live sources: a path, or a name to be found in PATH.</summary>
    public string Decoder { get; init; } = "ffmpeg";

    /// <summary>0..1, spreads the reconnects of many cameras.</summary>
    public Func<double> Jitter { get; init; } = NextDouble;

    /// <summary>A time that is long enough for some frames at the rate asked for.</summary>
    internal TimeSpan LongEnough(TimeSpan time) =>
        FramesPerSecond > 0 ? TimeSpan.FromSeconds(Math.Max(time.TotalSeconds, 3 / FramesPerSecond)) : time;

    /// <summary>Everything that is wrong with these options, one sentence each; empty where all is well.</summary>
    public IReadOnlyList<string> FindFaults()
    {
        var faults = new List<string>();
        if (!SourceAddress.TryParse(Source, out _, out var fault))
            faults.Add(Redact(fault));
        if (!(FramesPerSecond is >= 0 and <= 240))
            faults.Add($"framesPerSecond is {FramesPerSecond}; it must be 0 (all frames) to 240.");
        if (OpenDeadline <= TimeSpan.Zero || ReadDeadline <= TimeSpan.Zero || BlindAfter <= TimeSpan.Zero)
            faults.Add("A deadline is not positive.");
        for (var i = 0; i < Masks.Count; i++)
        {
            if (Masks[i].Count < 3)
                faults.Add($"Mask {i + 1} has {Masks[i].Count} points; a polygon needs at least 3.");
            else if (Masks[i].Any(p => !(p.X is >= 0 and <= 1 && p.Y is >= 0 and <= 1)))
                faults.Add($"Mask {i + 1} has a point outside of 0..1; give points as parts of width and height, not in pixels.");
        }

        return faults;
    }

    private static double NextDouble()
    {
        lock (DefaultRandom)
            return DefaultRandom.NextDouble();
    }
}
