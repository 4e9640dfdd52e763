namespace SocialCredit.Edge.Sink.Tests.Ingestion;

/// <summary>A clock that starts at a fixed moment; its timers are real.</summary>
internal sealed class ShiftedTime(DateTimeOffset start) : TimeProvider
{
    private readonly long _started = System.GetTimestamp();

    /// <summary>By how much it was set since.</summary>
    public TimeSpan Step { get; set; }

    public override DateTimeOffset GetUtcNow() => start + Step + System.GetElapsedTime(_started);
}
