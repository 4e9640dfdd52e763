using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace SocialCredit.Edge.Host.Configuration;

/// <summary>Width to height of a picture, written <c>4:3</c>, <c>768x576</c> or <c>1.333</c>; <c>any</c> where nothing is drawn by hand.</summary>
public readonly record struct Aspect(double Ratio) : IParsable<Aspect>
{
    /// <summary>Cameras round a picture's size to multiples of 8 or 16, which moves the aspect by up to 2 %.</summary>
    private const double ToleranceShare = 0.02;

    public bool Fits(int width, int height) =>
        Ratio == 0 || Math.Abs((double)width / height / Ratio - 1) <= ToleranceShare;

    public override string ToString() => Ratio.ToString("0.###", CultureInfo.InvariantCulture);

    public static Aspect Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var aspect) ? aspect : throw new FormatException("Write an aspect as 4:3, 768x576 or 1.333.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Aspect result)
    {
        result = default;
        if (s is "any")
            return true;
        var parts = (s ?? "").Split(':', 'x', '/');
        var numbers = new double[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!double.TryParse(parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]) || numbers[i] <= 0)
                return false;
        }

        if (numbers.Length > 2)
            return false;
        result = new Aspect(numbers.Length == 2 ? numbers[0] / numbers[1] : numbers[0]);
        return result.Ratio is > 0.1 and < 10;
    }
}
