using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Inference.Evaluation;

namespace SocialCredit.Edge.Host.Evaluation;

/// <summary>Pictures and what is to be seen in them.</summary>
/// <param name="Pictures">In their order; those of a sequence are numbered from 1.</param>
/// <param name="LeftOut">How many labelled objects are of a kind that no model here tells apart, by their names.</param>
internal sealed record TruthSet(IReadOnlyList<TruthPicture> Pictures, IReadOnlyDictionary<string, int> LeftOut)
{
    /// <summary>For a reader; given by who asked the format.</summary>
    public string Name { get; init; } = "";

    /// <summary>The name of the format.</summary>
    public string Format { get; init; } = "";

    /// <summary>The pictures are those of a video, one after the other.</summary>
    public bool IsSequence { get; init; }

    /// <summary>The video that the pictures are in; null where each is a file.</summary>
    public string? Clip { get; init; }

    public bool HasPictures => Clip is not null || Pictures.All(picture => picture.Path is not null);

    /// <summary>How many objects of a class are to be found.</summary>
    public int Count(ObjectClass wanted) => Pictures.Sum(picture => picture.Boxes.Count(box => box.Class == wanted && !box.IsIgnored));
}

/// <summary>One picture of a set.</summary>
/// <param name="Number">From 1 in a sequence.</param>
/// <param name="Boxes">What is to be seen.</param>
/// <param name="Path">The file; null where it is a frame of a video.</param>
/// <param name="IsInShares">The boxes are in 0..1 of the picture instead of in pixels.</param>
internal sealed record TruthPicture(int Number, IReadOnlyList<TruthBox> Boxes, string? Path = null, bool IsInShares = false)
{
    /// <summary>The boxes in pixels of a picture of this size.</summary>
    public IReadOnlyList<TruthBox> BoxesIn(int width, int height) => !IsInShares
        ? Boxes
        : [.. Boxes.Select(truth => truth with
        {
            Box = new Box(truth.Box.Left * width, truth.Box.Top * height, truth.Box.Right * width, truth.Box.Bottom * height),
        })];
}
