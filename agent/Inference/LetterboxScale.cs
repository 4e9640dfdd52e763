using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Inference;

/// <summary>How a frame was fitted into an input whose top left corner it shares.</summary>
/// <param name="X">Frame pixels for one input pixel, across.</param>
/// <param name="Y">The same, down; differs from <paramref name="X"/> by the rounding to whole input pixels.</param>
/// <param name="FrameWidth">Pixels.</param>
/// <param name="FrameHeight">Pixels.</param>
public readonly record struct LetterboxScale(float X, float Y, int FrameWidth, int FrameHeight)
{
    /// <summary>A box of input pixels in frame pixels, cut to the frame; without area where it lies outside.</summary>
    public Box ToFrame(in Box input) => new(
        Math.Clamp(input.Left * X, 0, FrameWidth),
        Math.Clamp(input.Top * Y, 0, FrameHeight),
        Math.Clamp(input.Right * X, 0, FrameWidth),
        Math.Clamp(input.Bottom * Y, 0, FrameHeight));
}
