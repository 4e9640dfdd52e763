using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace SocialCredit.Edge.Host.Evaluation.Scenes;

/// <summary>A number that is drawn anew for every cast: <c>1.1..1.6</c>, any number between with equal chance, or <c>1.3</c>, always the same.</summary>
/// <param name="Least">Included.</param>
/// <param name="Most">Not below <paramref name="Least"/>.</param>
public readonly record struct Spread(double Least, double Most) : IParsable<Spread>
{
    public static Spread Parse(string s, IFormatProvider? provider) => TryParse(s, provider, out var spread)
        ? spread
        : throw new FormatException($"'{s}' is neither a number nor a range of two rising ones, such as 1.1..1.6.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Spread result)
    {
        result = default;
        var ends = (s ?? "").Split("..");
        if (ends.Length > 2 || !TryNumber(ends[0], out var least) || !TryNumber(ends[^1], out var most) || most < least)
            return false;
        result = new Spread(least, most);
        return true;
    }

    internal double Draw(SceneRandom random) => Least + (Most - Least) * random.Share();

    private static bool TryNumber(string text, out double number) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);
}
