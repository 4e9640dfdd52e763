namespace SocialCredit.Edge.Host.Evaluation.Scenes;

/// <summary>
/// Numbers from a seed, the same on every machine and for ever: SplitMix64 (Steele, Lea and Flood, OOPSLA 2014). A scene draws
/// its casts, its boxes and its tracks from streams of their own, so that another noise leaves the play as it was.
/// </summary>
internal sealed class SceneRandom(ulong seed)
{
    private ulong _state = Mix(seed + 0x9E3779B97F4A7C15);

    /// <summary>A stream of its own for one purpose of one seed.</summary>
    public static SceneRandom Of(int seed, string purpose)
    {
        var hash = 14695981039346656037UL;
        foreach (var letter in purpose)
            hash = (hash ^ letter) * 1099511628211;
        return new SceneRandom(hash ^ Mix((ulong)seed));
    }

    /// <summary>0 up to, never reaching, 1.</summary>
    public double Share()
    {
        _state += 0x9E3779B97F4A7C15;
        return (Mix(_state) >> 11) * (1.0 / (1UL << 53));
    }

    public bool Happens(double share) => Share() < share;

    /// <summary>Normal, of mean 0 and standard deviation 1 (Box and Muller, 1958).</summary>
    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - Share())) * Math.Cos(2 * Math.PI * Share());

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
