using System.Diagnostics;
using System.Runtime.InteropServices;
using OpenCvSharp;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Inference;

/// <summary>Measures models on this machine: of each the bare model and the whole detector, side by side in every round.</summary>
public static class DetectorBench
{
    private const int FramesPerRound = 20;

    /// <summary>Takes about <paramref name="rounds"/> x 40 frames of time for each detector, after a warm-up of a round.</summary>
    /// <param name="detectors">Used by nobody else meanwhile; they take turns in every round, so a machine that drifts drifts for all.</param>
    /// <param name="clip">A video file, whose first frames are looped; noise of 1280x720 without it.</param>
    /// <param name="rounds">At least 1; an odd number has a middle.</param>
    /// <param name="baseline">Which detector the others are held against.</param>
    /// <param name="progress">Is told after every round.</param>
    /// <returns>One result for each detector.</returns>
    /// <exception cref="FileNotFoundException">There is no such clip.</exception>
    /// <exception cref="IOException">The clip holds no frame that can be read.</exception>
    public static IReadOnlyList<BenchResult> Measure(
        IReadOnlyList<Detector> detectors, string? clip, int rounds, int baseline = 0, IProgress<int>? progress = null)
    {
        var frames = clip is null ? [Noise(1280, 720)] : Read(clip);
        try
        {
            var detections = new List<Detection>(256);
            var times = detectors.Select(_ => new Times(rounds)).ToList();
            for (var round = -1; round < rounds; round++)
            {
                for (var i = 0; i < detectors.Count; i++)
                    MeasureRound(detectors[i], (frames, detections), times[i], round);
                if (round >= 0)
                    progress?.Report(round + 1);
            }

            return [.. times.Select(each => each.Result((frames[0].Width, frames[0].Height), times[baseline]))];
        }
        finally
        {
            foreach (var frame in frames)
                frame.Dispose();
        }
    }

    private static void MeasureRound(Detector detector, (List<Mat> Frames, List<Detection> Detections) use, Times times, int round)
    {
        var bare = Time(_ => detector.RunBare());
        var before = GC.GetAllocatedBytesForCurrentThread();
        var whole = Time(frame => detector.Detect(use.Frames[frame % use.Frames.Count], use.Detections));
        // The round before the first warms up.
        if (round < 0)
            return;
        times.Bytes += GC.GetAllocatedBytesForCurrentThread() - before;
        (times.Bare[round], times.Whole[round]) = (bare, whole);
    }

    private static double Time(Action<int> once)
    {
        var start = Stopwatch.GetTimestamp();
        for (var frame = 0; frame < FramesPerRound; frame++)
            once(frame);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds / FramesPerRound;
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static List<Mat> Read(string clip)
    {
        if (!File.Exists(clip))
            throw new FileNotFoundException($"{clip}: there is no such file.", clip);
        using var video = new VideoCapture(clip);
        var frames = new List<Mat>();
        while (frames.Count < FramesPerRound)
        {
            var frame = new Mat();
            if (!video.Read(frame))
            {
                frame.Dispose();
                break;
            }

            frames.Add(frame);
        }

        if (frames.Count == 0)
            throw new IOException($"{clip}: no frame of it can be read. Give a video file.");
        return frames;
    }

    private static Mat Noise(int width, int height)
    {
        var frame = new Mat(height, width, MatType.CV_8UC3);
        new Random(1).NextBytes(MemoryMarshal.AsBytes(frame.AsSpan<Vec3b>()));
        return frame;
    }

    /// <summary>Of one detector, round by round: milliseconds a frame.</summary>
    private sealed class Times(int rounds)
    {
        public double[] Bare { get; } = new double[rounds];

        public double[] Whole { get; } = new double[rounds];

        public long Bytes { get; set; }

        public BenchResult Result((int Width, int Height) frameSize, Times baseline) => new(
            frameSize,
            Median(Bare),
            Median(Whole),
            (double)Bytes / (rounds * FramesPerRound),
            // Round by round, because two turns of one round lie closest in time.
            Median(Bare.Zip(baseline.Bare, (mine, theirs) => mine / theirs)));
    }
}

/// <summary>What was measured, for one frame each.</summary>
/// <param name="FrameSize">Pixels.</param>
/// <param name="BareMilliseconds">ONNX Runtime alone; median of the rounds.</param>
/// <param name="DetectMilliseconds">From pixels to detections; median of the rounds.</param>
/// <param name="ManagedBytes">Mean of all rounds; the bench itself has a small part in it.</param>
/// <param name="BareOfBaseline">Time of ONNX Runtime alone over that of the baseline; median of the rounds' ratios, 1 for itself.</param>
public sealed record BenchResult(
    (int Width, int Height) FrameSize, double BareMilliseconds, double DetectMilliseconds, double ManagedBytes, double BareOfBaseline);
