using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Host.Evaluation.Scenes;

/// <summary>How much of a box is hidden behind others: those whose lower edge is lower stand nearer.</summary>
internal static class Occlusion
{
    private const int Columns = 6;
    private const int Rows = 10;

    /// <summary>0..1 of the box at <paramref name="index"/>, on a grid of points.</summary>
    public static double HiddenShare(List<Box> boxes, int index)
    {
        var box = boxes[index];
        var hidden = 0;
        for (var i = 0; i < Columns * Rows; i++)
        {
            var x = box.Left + box.Width * (i % Columns + 0.5f) / Columns;
            var y = box.Top + box.Height * (i / Columns + 0.5f) / Rows;
            for (var other = 0; other < boxes.Count; other++)
            {
                if (other == index || boxes[other].Bottom <= box.Bottom || !Contains(boxes[other], x, y))
                    continue;
                hidden++;
                break;
            }
        }

        return (double)hidden / (Columns * Rows);
    }

    /// <summary>0: less than a quarter, 1: up to six tenths, 2: more.</summary>
    public static int Level(double hiddenShare) => hiddenShare < 0.25 ? 0 : hiddenShare <= 0.6 ? 1 : 2;

    public static Box Union(in Box a, in Box b) => new(
        MathF.Min(a.Left, b.Left), MathF.Min(a.Top, b.Top), MathF.Max(a.Right, b.Right), MathF.Max(a.Bottom, b.Bottom));

    private static bool Contains(in Box box, float x, float y) => x >= box.Left && x < box.Right && y >= box.Top && y < box.Bottom;
}
