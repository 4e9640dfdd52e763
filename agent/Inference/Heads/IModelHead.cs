using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Inference.Heads;

/// <summary>
/// Knows one family of models: what their input looks like and what their output means. One per detector, not thread-safe.
/// A head is a class in this folder with a constructor that takes a <see cref="HeadSetup"/>; its name in <c>model.yaml</c>
/// is its class name in snake case without "Head".
/// </summary>
public interface IModelHead
{
    /// <summary>How pixels become the input tensor [1, 3, height, width].</summary>
    InputFormat Input { get; }

    /// <summary>The shape that the one output tensor must have.</summary>
    IReadOnlyList<long> OutputShape { get; }

    /// <summary>
    /// Adds what the output shows: boxes in pixels of the frame and inside it, surest first, no duplicates. Allocates nothing.
    /// </summary>
    /// <param name="output">The output tensor, of <see cref="OutputShape"/>.</param>
    /// <param name="scale">How the frame was fitted into the input.</param>
    /// <param name="detections">Is added to.</param>
    void Decode(ReadOnlySpan<float> output, in LetterboxScale scale, List<Detection> detections);
}

/// <summary>What a head is made from.</summary>
public sealed record HeadSetup(ModelManifest Manifest, DetectorOptions Options);

/// <summary>How pixels become numbers.</summary>
/// <param name="Order">Order of the colour planes.</param>
/// <param name="Scale">A byte times this is the input value.</param>
/// <param name="Pad">The byte value of input that the frame does not cover.</param>
public readonly record struct InputFormat(ChannelOrder Order, float Scale, byte Pad);

/// <summary>Order of the colour planes of an input tensor.</summary>
public enum ChannelOrder : byte
{
    Bgr,
    Rgb,
}
