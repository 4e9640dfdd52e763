namespace SocialCredit.Edge.Sink.Storage;

/// <summary>Sequences of a device that never came and are not waited for any more: both ends included.</summary>
public sealed record ClosedGap(string Device, uint First, uint Last);
