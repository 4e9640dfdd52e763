using SocialCredit.Edge.Capture;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Inference;
using SocialCredit.Edge.Inference.Evaluation;

namespace SocialCredit.Edge.Host.Evaluation;

/// <summary>Shows every picture to every model, one after the other, so that each picture is decoded once.</summary>
internal sealed class EvaluationRun(IReadOnlyList<Detector> detectors)
{
    private readonly List<Detection> _detections = [];

    /// <summary>Pictures that were shown so far, of all sets and clips.</summary>
    public int Done { get; private set; }

    /// <summary>For every model what it saw, picture by picture.</summary>
    /// <exception cref="IOException">A picture cannot be read, or the video has not all of the frames.</exception>
    public IReadOnlyList<SeenPicture>[] See(TruthSet set)
    {
        var seen = detectors.Select(_ => new List<SeenPicture>(set.Pictures.Count)).ToArray();
        foreach (var (picture, frame) in set.Clip is { } clip ? OfClip(set, clip) : OfFiles(set))
        {
            using (frame)
            {
                var truth = picture.BoxesIn(frame.Width, frame.Height);
                Show(frame, (model, detections) => seen[model].Add(new SeenPicture(truth, detections)));
            }
        }

        return seen;
    }

    /// <summary>For every model what it saw in a clip, frame by frame.</summary>
    /// <param name="clip">A video file or a folder of pictures.</param>
    /// <param name="every">Frames 1, 1 + every, ... are shown; from 1.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public IReadOnlyList<SeenPicture>[] See(string clip, int every)
    {
        var seen = detectors.Select(_ => new List<SeenPicture>()).ToArray();
        var order = 0;
        foreach (var (_, frame) in FrameSequence.Read(clip))
        {
            using (frame)
            {
                if (order++ % every == 0)
                    Show(frame, (model, detections) => seen[model].Add(new SeenPicture([], detections)));
            }
        }

        return seen;
    }

    private void Show(Frame frame, Action<int, IReadOnlyList<Detection>> keep)
    {
        for (var model = 0; model < detectors.Count; model++)
        {
            detectors[model].Detect(frame, _detections);
            keep(model, [.. _detections]);
        }

        Done++;
    }

    private static IEnumerable<(TruthPicture Picture, Frame Frame)> OfFiles(TruthSet set) =>
        set.Pictures.Select(picture => (picture, PictureFile.Read(picture.Path!)));

    private static IEnumerable<(TruthPicture Picture, Frame Frame)> OfClip(TruthSet set, string clip)
    {
        var pictures = new Queue<TruthPicture>(set.Pictures);
        var frames = 0;
        foreach (var (number, frame) in FrameSequence.Read(clip))
        {
            frames = number;
            if (pictures.Peek().Number == number)
                yield return (pictures.Dequeue(), frame);
            else
                frame.Dispose();
            if (pictures.Count == 0)
                yield break;
        }

        throw new IOException(
            $"{set.Name}: has boxes up to frame {set.Pictures[^1].Number}, but {clip} ends after {frames}. Is it that sequence's video?");
    }
}
