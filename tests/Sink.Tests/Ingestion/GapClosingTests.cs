using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Ingestion;
using SocialCredit.Edge.Sink.Storage;
using SocialCredit.Edge.Tests;
using static SocialCredit.Edge.Sink.Tests.Storage.RecordFixtures;

namespace SocialCredit.Edge.Sink.Tests.Ingestion;

public sealed class GapClosingTests
{
    [Fact]
    public async Task A_device_is_told_when_a_gap_is_given_up()
    {
        var time = new FakeTimeProvider(Noon);
        using var store = new SqliteEventStore(Path.Combine(TestPaths.NewFolder(), "store.db"));
        store.Ingest([.. new uint[] { 1, 3 }.Select(s => Incoming(Record(hour: (int)s, sequence: s)) with { ReceivedAt = Noon })]);
        using var board = new RetainedBoard(time, NullLogger<RetainedBoard>.Instance);
        using var metrics = new IngestMetrics();
        using var closing = new GapClosing(store, board, metrics, time, NullLogger<GapClosing>.Instance);
        var told = new TaskCompletionSource<(string Topic, Received Received)>();
        using var ended = new CancellationTokenSource();
        var saying = board.RunAsync(
            (messages, _) =>
            {
                var (topic, payload) = messages.Single();
                told.TrySetResult((topic, Received.TryDecode(payload.Span)!));
                return Task.FromResult<PublishOutcome[]>([PublishOutcome.Sent]);
            },
            ended.Token);

        await closing.StartAsync(CancellationToken.None);
        Assert.False(store.ReceivedOf("camera-1").Covers(2));
        await Eventually.TrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromHours(1));
                return told.Task.IsCompleted;
            },
            "the gap is given up");

        var (topic, received) = await told.Task;
        Assert.Equal(Topics.Received("camera-1"), topic);
        Assert.Equal((3u, 0), (received.UpTo, received.Gaps.Count));
        Assert.True(time.GetUtcNow() >= Noon + GapClosing.GapAgeMax);
        await ended.CancelAsync();
        await closing.StopAsync(CancellationToken.None);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => saying);
    }
}
