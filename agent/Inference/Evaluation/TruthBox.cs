using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Inference.Evaluation;

/// <summary>One object of a ground truth.</summary>
/// <param name="Box">Pixels of the picture.</param>
/// <param name="Class">What it is; null stands for every class, and only where it is ignored.</param>
/// <param name="IsIgnored">A detection of it is neither right nor wrong, and a miss of it is none.</param>
public readonly record struct TruthBox(Box Box, ObjectClass? Class, bool IsIgnored = false);

/// <summary>What is to be seen in one picture and what a model saw.</summary>
/// <param name="Truth">Pixels of the picture.</param>
/// <param name="Detections">Pixels of the picture, of any order and every class.</param>
public sealed record SeenPicture(IReadOnlyList<TruthBox> Truth, IReadOnlyList<Detection> Detections);

/// <summary>Objects between two areas, in pixels of the picture.</summary>
/// <param name="Name">For a reader.</param>
/// <param name="AreaMin">Square pixels, included.</param>
/// <param name="AreaMax">Square pixels, excluded.</param>
public readonly record struct SizeRange(string Name, float AreaMin, float AreaMax)
{
    /// <summary>The limits of COCO's evaluation: 32 x 32 and 96 x 96 pixels.</summary>
    public static IReadOnlyList<SizeRange> Coco { get; } =
        [new("small", 0, 32 * 32), new("medium", 32 * 32, 96 * 96), new("large", 96 * 96, float.PositiveInfinity)];

    public bool Holds(in Box box) => box.Area >= AreaMin && box.Area < AreaMax;
}
