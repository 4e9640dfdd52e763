namespace SocialCredit.Edge.Fuzz.Structured;

/// <summary>It is always the same moment, so that a run can be repeated.</summary>
internal sealed class StoppedClock(DateTimeOffset now) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => now;
}
