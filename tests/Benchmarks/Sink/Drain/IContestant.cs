namespace SocialCredit.Edge.Benchmarks.Sink.Drain;

/// <summary>Something that takes records out of the queue; each in a process of its own, which stays for all rounds so that it is warm.</summary>
internal interface IContestant : IDisposable
{
    /// <summary>Makes its session at the broker, so that the broker queues for it.</summary>
    Task PrepareAsync();

    /// <summary>Made ready for a round, before the clock runs.</summary>
    void Ready(int round);

    /// <summary>Takes a number of records and returns when the last one is committed and acknowledged.</summary>
    Task DrainAsync(int count);

    /// <summary>Records that are in its store now, or 0 where there is none.</summary>
    long Stored();
}
