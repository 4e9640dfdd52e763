namespace SocialCredit.Edge.Anonymisation;

/// <summary>
/// Draws integers x with odds proportional to e^(-|x| / scale), exactly: Canonne, Kamath and Steinke, "The Discrete Gaussian
/// for Differential Privacy" (2020), algorithms 1 and 2. Integers only: floating point noise leaks in its low bits.
/// </summary>
/// <remarks>The variance is 2q / (1-q)^2 with q = e^(-1/scale).</remarks>
internal sealed class DiscreteLaplace
{
    private readonly int _numerator;
    private readonly int _denominator;
    private readonly IRandomSource _random;

    /// <summary>Of scale <paramref name="numerator"/> / <paramref name="denominator"/>: the sensitivity over epsilon.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One of them is not positive.</exception>
    public DiscreteLaplace(int numerator, int denominator, IRandomSource random)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(numerator);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(denominator);
        _numerator = numerator;
        _denominator = denominator;
        _random = random;
    }

    public long Draw()
    {
        while (true)
        {
            // x is geometric with ratio e^(-1/numerator): its remainder first, by rejection, then how often it went round.
            var remainder = _random.Below(_numerator);
            if (!HappensWithExpOfMinus(remainder, _numerator))
                continue;
            var rounds = 0L;
            while (HappensWithExpOfMinus(1, 1))
                rounds++;
            var magnitude = checked(remainder + _numerator * rounds) / _denominator;

            // Zero has no sign: without this, it would come twice as often as it should.
            var isNegative = _random.Below(2) == 1;
            if (isNegative && magnitude == 0)
                continue;
            return isNegative ? -magnitude : magnitude;
        }
    }

    /// <summary>True with probability e^(-numerator/denominator), for fractions from 0 to 1.</summary>
    private bool HappensWithExpOfMinus(int numerator, int denominator)
    {
        // The chance that the k-th draw is the first to fail is the k-th step of the series of e^-x; odd steps add up to it.
        var draws = 1;
        while (_random.Below(checked(denominator * draws)) < numerator)
            draws++;
        return draws % 2 == 1;
    }
}
