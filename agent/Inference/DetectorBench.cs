using System.Diagnostics;
using System.Runtime.InteropServices;
using OpenCvSharp;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Inference;

/// <summary>Measures a model on this machine: the bare model and the whole detector, side by side in every round.</summary>
public static class DetectorBench
{
    private const int FramesPerRound = 20;

    /// <summary>Takes about <paramref name="rounds"/> x 40 frames of time, after a warm-up of a round.</summary>
    /// <param name="detector">Used by nobody else meanwhile.</param>
    /// <param name="clip">A video file, whose first frames are looped; noise of 1280x720 without it.</param>
    /// <param name="rounds">At least 1; an odd number has a middle.</param>
    /// <param name="progress">Is told after every round.</param>
    /// <exception cref="FileNotFoundException">There is no such clip.</exception>
    /// <exception cref="IOException">The clip holds no frame that can be read.</exception>
    public static BenchResult Measure(Detector detector, string? clip, int rounds, IProgress<int>? progress = null)
    {
        var frames = clip is null ? [Noise(1280, 720)] : Read(clip);
        try
        {
            var detections = new List<Detection>(256);
            var (bare, whole) = (new double[rounds], new double[rounds]);
            var bytes = 0L;
            for (var round = -1; round < rounds; round++)
            {
                var bareTime = Time(_ => detector.RunBare());
                var before = GC.GetAllocatedBytesForCurrentThread();
                var wholeTime = Time(frame => detector.Detect(frames[frame % frames.Count], detections));
                if (round < 0)
                    continue;
                bytes += GC.GetAllocatedBytesForCurrentThread() - before;
                (bare[round], whole[round]) = (bareTime, wholeTime);
                progress?.Report(round + 1);
            }

            var bytesPerFrame = (double)bytes / (rounds * FramesPerRound);
            return new BenchResult((frames[0].Width, frames[0].Height), Median(bare), Median(whole), bytesPerFrame);
        }
        finally
        {
            foreach (var frame in frames)
                frame.Dispose();
        }
    }

    private static double Time(Action<int> once)
    {
        var start = Stopwatch.GetTimestamp();
        for (var frame = 0; frame < FramesPerRound; frame++)
            once(frame);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds / FramesPerRound;
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return (values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2;
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
}

/// <summary>What was measured, for one frame each.</summary>
/// <param name="FrameSize">Pixels.</param>
/// <param name="BareMilliseconds">ONNX Runtime alone; median of the rounds.</param>
/// <param name="DetectMilliseconds">From pixels to detections; median of the rounds.</param>
/// <param name="ManagedBytes">Mean of all rounds; the bench itself has a small part in it.</param>
public sealed record BenchResult(
    (int Width, int Height) FrameSize, double BareMilliseconds, double DetectMilliseconds, double ManagedBytes);
