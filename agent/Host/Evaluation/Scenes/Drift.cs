namespace SocialCredit.Edge.Host.Evaluation.Scenes;

/// <summary>A normal error of mean 0 and deviation 1 that is forgotten over time: an autoregressive process of first order.</summary>
internal struct Drift
{
    private bool _hasBegun;

    public double Value { get; private set; }

    /// <summary>After <paramref name="seconds"/> have gone by; an error is forgotten to 1/e after <paramref name="memorySeconds"/>.</summary>
    public double Next(SceneRandom random, double seconds, double memorySeconds)
    {
        var kept = _hasBegun && memorySeconds > 0 ? Math.Exp(-seconds / memorySeconds) : 0;
        _hasBegun = true;
        return Value = kept * Value + Math.Sqrt(1 - kept * kept) * random.Normal();
    }

    /// <summary>The same error as a share of 0..1, each as likely as any other (logistic approximation, off by at most 0.01).</summary>
    public readonly double Share => 1 / (1 + Math.Exp(-1.702 * Value));
}
