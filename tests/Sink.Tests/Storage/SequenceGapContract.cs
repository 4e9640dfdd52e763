using CsCheck;
using SocialCredit.Edge.Sink.Ingestion;
using SocialCredit.Edge.Sink.Storage;
using SocialCredit.Edge.Tests;
using static SocialCredit.Edge.Sink.Tests.Storage.RecordFixtures;

namespace SocialCredit.Edge.Sink.Tests.Storage;

/// <summary>What a device is told to let go, when some of its records never come; as <see cref="EventStoreContract"/>.</summary>
public abstract class SequenceGapContract
{
    private const string Device = "camera-1";
    private const int SequencesMax = 300;

    private static readonly TimeSpan Age = GapClosing.GapAgeMax;

    /// <summary>Opens the store that lives at this place; the same place is the same store.</summary>
    protected abstract IEventStore Open(string place);

    /// <summary>How many courses are tried; each has a store of its own.</summary>
    protected virtual int Courses => 30;

    [Fact]
    public void A_gap_closes_when_nothing_in_it_could_be_accepted_any_more()
    {
        using var store = Open();
        Commit(store, Noon, 1, 4);

        Assert.Empty(store.CloseGaps(Noon - TimeSpan.FromMilliseconds(1)));
        Assert.False(store.ReceivedOf(Device).Covers(2));
        Assert.Equal([new ClosedGap(Device, 2, 3)], store.CloseGaps(Noon));
        Assert.Empty(store.CloseGaps(Noon));

        Assert.Equal((4u, 4u, 0), Told(store));
    }

    [Fact]
    public void Many_devices_are_told_what_each_is_told_alone()
    {
        using var store = Open();
        string[] devices = [.. Enumerable.Range(1, 130).Select(number => $"camera-{number}")];
        Commit(store, Noon, 1, 2, 5);
        store.Ingest([.. devices.Skip(1).Take(100).Select((device, i) => Incoming(Record($"zone-{i}", sequence: (uint)i + 1), device))]);

        var told = store.ReceivedOf([.. devices.Reverse()]);

        Assert.Equal(devices.Reverse().Select(device => Line(store.ReceivedOf(device))), told.Select(Line));
        Assert.Equal("{\"upTo\":2,\"highest\":5,\"gaps\":[[3,4]]}", Line(told[^1]));
        Assert.Equal("{\"upTo\":0,\"highest\":0,\"gaps\":[]}", Line(told[0]));
        Assert.Empty(store.ReceivedOf([]));

        static string Line(Contract.Received received) => System.Text.Encoding.UTF8.GetString(received.Encode());
    }

    [Fact]
    public void Half_a_gap_is_as_old_as_the_whole()
    {
        using var store = Open();
        Commit(store, Noon, 1, 9);
        Commit(store, Noon.AddDays(5), 5);

        Assert.Equal([new ClosedGap(Device, 2, 4), new ClosedGap(Device, 6, 8)], store.CloseGaps(Noon).OrderBy(gap => gap.First));
    }

    [Fact]
    public void A_gap_does_not_become_younger_when_its_edges_come()
    {
        using var store = Open();
        Commit(store, Noon, 1, 9);
        Commit(store, Noon.AddDays(5), 5, 2);
        Commit(store, Noon.AddDays(6), 6, 7, 8);

        Assert.Equal([new ClosedGap(Device, 3, 4)], store.CloseGaps(Noon));
    }

    [Fact]
    public void A_young_gap_above_a_closed_one_stays()
    {
        using var store = Open();
        Commit(store, Noon, 1, 4);
        Commit(store, Noon.AddDays(1), 7);

        store.CloseGaps(Noon);

        Assert.Equal((4u, 7u, 1), Told(store));
        Assert.False(store.ReceivedOf(Device).Covers(5));
    }

    [Fact]
    public void The_numbers_before_a_new_outbox_close_without_being_a_loss()
    {
        using var store = Open();
        Commit(store, Noon, 1_790_000_001, 1_790_000_002);
        Assert.Equal(0u, Told(store).UpTo);

        Assert.Empty(store.CloseGaps(Noon));

        Assert.Equal((1_790_000_002u, 1_790_000_002u, 0), Told(store));
    }

    [Fact]
    public void Ages_are_remembered_over_a_restart()
    {
        var place = TestPaths.NewFolder();
        using (var before = Open(place))
            Commit(before, Noon, 1, 4);

        using var after = Open(place);

        Assert.Empty(after.CloseGaps(Noon.AddHours(-1)));
        Assert.Single(after.CloseGaps(Noon));
    }

    [Fact]
    public void Whatever_comes_and_whatever_is_lost_all_that_is_committed_and_only_that_is_covered()
    {
        var step = Gen.Select(Gen.Int[1, SequencesMax].Array[1, 60], Gen.Int[0, 100], Gen.Bool);
        step.Array[1, 12].Sample(steps => Follow(steps), iter: Courses, threads: 1);
    }

    private void Follow((int[] Sequences, int Hours, bool Closes)[] steps)
    {
        using var store = Open();
        var committed = new Dictionary<uint, DateTimeOffset>();
        var now = Noon;
        foreach (var (sequences, hours, closes) in steps)
        {
            uint[] batch = [.. sequences.Select(sequence => (uint)sequence)];
            Commit(store, now, batch);
            foreach (var sequence in batch)
                committed.TryAdd(sequence, now);
            AssertTruthful(store, committed, now);
            now = now.AddHours(hours);
            if (closes)
                store.CloseGaps(now - Age);
            AssertTruthful(store, committed, now);
        }

        store.CloseGaps(now);
        Assert.Equal((committed.Keys.Max(), committed.Keys.Max(), 0), Told(store));
    }

    private static void AssertTruthful(IEventStore store, Dictionary<uint, DateTimeOffset> committed, DateTimeOffset now)
    {
        var received = store.ReceivedOf(Device);
        var firstAbove = DateTimeOffset.MaxValue;
        var isTold = true;
        var gaps = 0;
        for (uint sequence = SequencesMax; sequence >= 1; sequence--)
        {
            if (committed.TryGetValue(sequence, out var at))
            {
                // The newest at once, whatever is missing below.
                Assert.True(received.Covers(sequence) || !isTold, $"{sequence} is committed and not covered");
                firstAbove = at < firstAbove ? at : firstAbove;
            }
            else
            {
                Assert.True(!received.Covers(sequence) || firstAbove <= now - Age, $"{sequence} is covered and was never committed");
                gaps += committed.ContainsKey(sequence + 1) ? 1 : 0;
                isTold = gaps < 64;
            }
        }
    }

    private IEventStore Open() => Open(TestPaths.NewFolder());

    private static void Commit(IEventStore store, DateTimeOffset at, params uint[] sequences) =>
        store.Ingest([.. sequences.Select(sequence =>
            Incoming(Record($"zone-{sequence}", sequence: sequence)) with { ReceivedAt = at })]);

    private static (uint UpTo, uint Highest, int Gaps) Told(IEventStore store)
    {
        var received = store.ReceivedOf(Device);
        return (received.UpTo, received.Highest, received.Gaps.Count);
    }
}
