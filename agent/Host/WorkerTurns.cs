namespace SocialCredit.Edge.Host;

/// <summary>When each worker last began a turn of its loop. Written on the frame's way: one store for a turn.</summary>
internal sealed class WorkerTurns(int workers)
{
    // A timestamp while the worker runs, else 0.
    private readonly long[] _begunAt = new long[workers];

    public TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>How long the worker that was not heard of for longest has been at one turn; zero where none runs.</summary>
    public TimeSpan Longest
    {
        get
        {
            var longest = TimeSpan.Zero;
            for (var i = 0; i < _begunAt.Length; i++)
            {
                if (Volatile.Read(ref _begunAt[i]) is not 0 and var at && Time.GetElapsedTime(at) is var turn && turn > longest)
                    longest = turn;
            }

            return longest;
        }
    }

    public void Begin(int worker) => Volatile.Write(ref _begunAt[worker], Time.GetTimestamp());

    /// <summary>It does not run any more.</summary>
    public void End(int worker) => Volatile.Write(ref _begunAt[worker], 0);
}
