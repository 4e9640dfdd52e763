namespace SocialCredit.Edge.Capture.Sources;

/// <summary>Picks frames on an even grid of time, so that the rate asked for is met on average whatever the source's.</summary>
internal sealed class Thinning(double framesPerSecond)
{
    // A frame that comes a little early is taken: else a source of just the asked rate would lose every other one.
    private const double EarlyPart = 0.25;

    private readonly TimeSpan _step = framesPerSecond > 0 ? TimeSpan.FromSeconds(1 / framesPerSecond) : TimeSpan.Zero;
    private TimeSpan _due;

    /// <param name="at">Time of a frame since the first; never falls.</param>
    public bool IsDue(TimeSpan at)
    {
        if (at < _due - (_step * EarlyPart))
            return false;
        _due += _step;
        if (_due <= at)
            _due = at + _step;
        return true;
    }
}
