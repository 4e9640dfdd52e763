namespace SocialCredit.Edge.Sink.Simulation;

/// <summary>
/// Random numbers that the same seed repeats. For simulated places only: what leaves a real device gets its noise from the
/// operating system's generator.
/// </summary>
internal sealed class SeededNoise(int seed)
{
    // Beyond this mean a rounded normal is indistinguishable on a dashboard, and faster.
    private const double ExactMeanMax = 60;

#pragma warning disable CA5394 // Nothing is kept secret by it.
    private readonly Random _random = new(seed);

    /// <summary>Poisson, by Knuth's product of uniforms for small means.</summary>
    public long Poisson(double mean)
    {
        if (mean > ExactMeanMax)
            return Math.Max(0, (long)Math.Round(mean + Math.Sqrt(mean) * Normal()));
        var limit = Math.Exp(-mean);
        var count = -1L;
        for (var product = 1.0; product > limit || count < 0; count++)
            product *= _random.NextDouble();
        return count;
    }

    /// <summary>Discrete Laplace with parameter exp(-epsilon): the difference of two geometric numbers.</summary>
    public long DiscreteLaplace(double epsilon) => Geometric(epsilon) - Geometric(epsilon);

    /// <summary>Of mean 1.</summary>
    public double Exponential() => -Math.Log(1 - _random.NextDouble());

    /// <summary>From 0 to 1.</summary>
    public double Uniform() => _random.NextDouble();

    /// <summary>Standard normal, by Box and Muller.</summary>
    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());

    private long Geometric(double epsilon) => (long)Math.Floor(Math.Log(1 - _random.NextDouble()) / -epsilon);
#pragma warning restore CA5394
}
