namespace SocialCredit.Edge.Sink.Tests.Ingestion;

/// <summary>A clock that starts at a fixed moment; its timers are real.</summary>
internal sealed class ShiftedTime(DateTimeOffset start) : TimeProvider
{
    private readonly long _started = System.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => start + System.GetElapsedTime(_started);
}
