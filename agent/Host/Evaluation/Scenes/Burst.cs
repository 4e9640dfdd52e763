namespace SocialCredit.Edge.Host.Evaluation.Scenes;

/// <summary>Something that comes and stays for a while: a Markov chain of two states.</summary>
internal struct Burst
{
    private bool _hasBegun;

    public bool IsOn { get; private set; }

    /// <param name="share">Of all frames in which it is on, in the long run.</param>
    /// <param name="staySeconds">How long it stays on average; at least one frame.</param>
    public bool Next(SceneRandom random, double seconds, double share, double staySeconds)
    {
        var ends = Math.Min(1, seconds / Math.Max(staySeconds, 1e-9));
        var begins = share >= 1 ? 1 : Math.Min(1, ends * share / (1 - share));

        // Where even a start at every chance is too little, it must stay longer than is said.
        if (share < 1 && ends * share / (1 - share) > 1)
            ends = (1 - share) / share;
        IsOn = _hasBegun ? (IsOn ? !random.Happens(ends) || share >= 1 : random.Happens(begins)) : random.Happens(share);
        _hasBegun = true;
        return IsOn;
    }
}
