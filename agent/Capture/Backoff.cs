namespace SocialCredit.Edge.Capture;

/// <summary>
/// Waits longer after each failure, 1 s to 60 s, and never gives up; jitter keeps many cameras from returning at once.
/// </summary>
internal sealed class Backoff(Func<double> jitter)
{
    private const double FirstSeconds = 1;
    private const double LastSeconds = 60;
    private int _failures;

    /// <returns>Between half of the step and the whole of it, never below one second.</returns>
    public TimeSpan Next()
    {
        var step = Math.Min(LastSeconds, FirstSeconds * Math.Pow(2, Math.Min(_failures, 10)));
        _failures++;
        return TimeSpan.FromSeconds(Math.Max(FirstSeconds, step * (0.5 + (0.5 * jitter()))));
    }

    public void Reset() => _failures = 0;
}
