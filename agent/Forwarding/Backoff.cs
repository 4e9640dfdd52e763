using System.Security.Cryptography;

namespace SocialCredit.Edge.Forwarding;

/// <summary>Pauses that double up to a limit, each shortened at random by up to half so that a fleet does not knock as one.</summary>
internal sealed class Backoff(TimeSpan first, TimeSpan max)
{
    private TimeSpan? _next;

    public TimeSpan Next()
    {
        var delay = _next ?? first;
        _next = Min(delay * 2, max);
        return Jitter(delay);
    }

    /// <summary>The longest pause at once: knocking sooner would only do harm.</summary>
    public TimeSpan Longest()
    {
        _next = max;
        return Jitter(max);
    }

    public void Reset() => _next = null;

    private static TimeSpan Jitter(TimeSpan delay) => delay * (0.5 + (RandomNumberGenerator.GetInt32(0, 1001) / 2000.0));

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
