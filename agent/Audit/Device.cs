using SocialCredit.Edge.Anonymisation;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Forwarding;

namespace SocialCredit.Edge.Audit;

/// <summary>
/// A device with one zone under attack: what happens before its camera goes in, what anyone can read comes out. Every step is the
/// agent's own code. A mutant replaces one step here; the agent's code knows nothing of mutants.
/// </summary>
internal class Device
{
    private const string Site = "plaza-7", Zone = "crossing-north";
    private static readonly DateTimeOffset Opening = new(2026, 11, 22, 9, 0, 0, TimeSpan.Zero);

    private readonly Anonymiser _anonymiser;
    private readonly WindowCounts _counts;

    public Device(IRandomSource random)
    {
        Random = random;
        _anonymiser = new Anonymiser(Options, random);
        _counts = NewCounts(Opening);
    }

    /// <summary>What is broken, in words.</summary>
    public virtual string Name => "the device";

    /// <summary>Length of every payload, as the agent sets it for its outbox.</summary>
    public static int PayloadBytes { get; } = RecordLength.For(Site, [(Zone, Deeds.Counted)]);

    /// <summary>End of the open window.</summary>
    public DateTimeOffset End => _counts.Start.AddSeconds(_counts.Seconds);

    protected static AnonymiserOptions Options { get; } = new(Site, PrivacyProfile.Standard, "p-2026.3", "c-17");

    private static Anonymiser Demonstration { get; } = new(Options with { Profile = PrivacyProfile.Demo }, new OsRandom());

    /// <summary>The release rule of these options.</summary>
    protected static ReleaseRule Rule { get; } = ReleaseRule.For(Options.TracksPerPerson);

    protected IRandomSource Random { get; }

    /// <summary>What anyone reads of one window: one record, or several different ones if asking again gives another.</summary>
    public virtual EventRecord[] Publish(Happenings happenings) => [Release(Close(happenings))];

    /// <summary>The open window with what happens in it, to its end.</summary>
    public ClosedWindow Close(Happenings happenings) => Close(_counts, happenings);

    /// <summary>The window that was closed last, by a process that knows nothing of the first time: after a crash, say.</summary>
    public ClosedWindow CloseAgain(Happenings happenings) => Close(NewCounts(_counts.Start.AddSeconds(-_counts.Seconds)), happenings);

    /// <summary>The record of a window goes into the outbox, as at the agent's exit.</summary>
    public AppendResult Store(Outbox outbox, ClosedWindow closed)
    {
        var record = Release(closed);
        return outbox.Append(record, PublishTime(closed, record));
    }

    /// <summary>The bytes that are sent of a stored record, each time that it is sent.</summary>
    public virtual ReadOnlyMemory<byte> Send(OutboxEntry entry) => entry.Payload;

    protected virtual EventRecord Release(ClosedWindow closed) => _anonymiser.Release(closed);

    protected virtual DateTimeOffset PublishTime(ClosedWindow closed, EventRecord record) => PublishDelay.TimeOf(closed, record.Profile, Random);

    /// <summary>One track: what it did, and its end.</summary>
    protected virtual void Track(WindowCounts counts, int id, IReadOnlyList<string> did)
    {
        foreach (var behaviour in did)
            counts.Observe(id, behaviour);
        counts.End(id, counts.Start);
    }

    /// <summary>The true counts as if they were published: what a mutant starts from.</summary>
    protected static EventRecord TrueCounts(ClosedWindow closed) => Demonstration.Release(closed) with { Profile = Options.Profile };

    /// <summary>The same record without its numbers.</summary>
    protected static EventRecord WithoutNumbers(EventRecord record) => record with
    {
        Status = RecordStatus.Low,
        Passages = 0,
        Counts = [.. record.Counts.Select(count => count with { Count = 0 })],
    };

    private static WindowCounts NewCounts(DateTimeOffset start) => new(Zone, 3600, Deeds.Counted, start, tracksMax: 256);

    private ClosedWindow Close(WindowCounts counts, Happenings happenings)
    {
        counts.Watched(TimeSpan.FromSeconds(counts.Seconds));
        foreach (var group in happenings.Groups)
        {
            for (var i = 0; i < group.Tracks; i++)
                Track(counts, group.FirstId + i, group.Did);
        }

        foreach (var behaviour in happenings.Episodes)
            counts.ObserveEpisode(behaviour);
        return counts.TryClose(counts.Start.AddSeconds(counts.Seconds), out var closed)
            ? closed
            : throw new InvalidOperationException("A window must close at its end.");
    }
}
