using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using SocialCredit.Edge.Capture;

namespace SocialCredit.Edge.Host.Evaluation;

/// <summary>The numbered frames of a video file or of a folder of pictures, one after the other, for offline work.</summary>
internal static class FrameSequence
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    /// <summary>Every frame with its number, from 1. Whoever receives a frame disposes it.</summary>
    /// <param name="source">A video file, or a folder of pictures.</param>
    /// <exception cref="IOException">It is neither, or not to be decoded as a whole.</exception>
    public static IEnumerable<(int Number, Frame Frame)> Read(string source) =>
        Directory.Exists(source) ? Pictures(source) : Video(source);

    /// <summary>The pictures of a folder by their number: that in their names where all are whole numbers, else by order from 1.</summary>
    /// <exception cref="IOException">The folder holds no picture.</exception>
    public static IReadOnlyDictionary<int, string> Number(string folder)
    {
        var files = PictureFile.In(folder);
        if (files.Count == 0)
            throw new IOException($"{folder}: holds no *.jpg or *.png.");
        var numbers = files.Select(NumberOf).ToList();
        var areNumbered = numbers.All(number => number > 0) && numbers.Distinct().Count() == numbers.Count;
        return files.Select((file, i) => (areNumbered ? numbers[i] : i + 1, file)).ToDictionary();
    }

    private static int NumberOf(string file) =>
        int.TryParse(Path.GetFileNameWithoutExtension(file), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static IEnumerable<(int Number, Frame Frame)> Pictures(string folder)
    {
        foreach (var (number, file) in Number(folder).OrderBy(picture => picture.Key))
            yield return (number, PictureFile.Read(file));
    }

    private static IEnumerable<(int Number, Frame Frame)> Video(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path}: there is no such video file, nor a folder of pictures.", path);
        var options = new CameraOptions { Name = "evaluation", Source = Path.GetFullPath(path), StartsAt = DateTimeOffset.UnixEpoch };
        using var camera = new Camera(options, TimeProvider.System, NullLogger.Instance);
        camera.Start();
        while (!camera.IsEnded)
        {
            if (!camera.TryTake(out var frame, Patience))
                continue;
            if (camera.Counters.Skipped > 0)
            {
                frame.Dispose();
                throw new IOException($"{path}: a frame cannot be decoded, so the numbers of those behind it are not known. Repair the video.");
            }

            yield return ((int)frame.Index + 1, frame);
        }

        if (camera.Failure is { } failure)
            throw new IOException(failure);
    }
}
