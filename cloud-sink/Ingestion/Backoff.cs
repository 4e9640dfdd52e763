using System.Security.Cryptography;

namespace SocialCredit.Edge.Sink.Ingestion;

/// <summary>Pauses that double up to a limit; each is cut by up to half, so that several sinks do not knock together.</summary>
internal sealed class Backoff(TimeSpan first, TimeSpan longest)
{
    private readonly TimeSpan _first = first;
    private TimeSpan _next = first;

    public TimeSpan Next()
    {
        var pause = _next * (0.5 + RandomNumberGenerator.GetInt32(500) / 1000.0);
        _next = _next * 2 < longest ? _next * 2 : longest;
        return pause;
    }

    public void Reset() => _next = _first;
}
