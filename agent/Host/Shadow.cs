using SocialCredit.Edge.Capture;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Inference;

namespace SocialCredit.Edge.Host;

/// <summary>
/// A second model, other rules, or both, on the frames of a camera that watches: for finding out what they would change before they
/// count. Nothing of it gets into a window, a record, a log or a light; only <see cref="ShadowDifference"/> hears of it.
/// </summary>
/// <param name="Detectors">One for each worker; empty where the model is the same, and then it costs no inference.</param>
/// <param name="Follower">With <see cref="Follower.IsShadow"/>.</param>
internal sealed record Shadow(Detector[] Detectors, Follower Follower) : IDisposable
{
    /// <summary>Fills <paramref name="own"/> with what this model sees of the frame, or with a copy of what the other saw.</summary>
    public void Detect(int worker, Frame frame, List<Detection> others, List<Detection> own)
    {
        if (Detectors.Length > 0)
        {
            Detectors[worker].Detect(frame, own);
            return;
        }

        own.Clear();
        own.AddRange(others);
    }

    public void Dispose()
    {
        foreach (var detector in Detectors)
            detector.Dispose();
    }
}
