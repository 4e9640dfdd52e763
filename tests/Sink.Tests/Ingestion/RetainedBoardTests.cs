using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SocialCredit.Edge.Sink.Ingestion;
using SocialCredit.Edge.Tests;
using static SocialCredit.Edge.Sink.Tests.Storage.RecordFixtures;

namespace SocialCredit.Edge.Sink.Tests.Ingestion;

public sealed class RetainedBoardTests
{
    [Fact]
    public async Task Of_more_scores_than_are_kept_each_is_said_and_some_are_said_again_after_a_new_connection()
    {
        var time = new FakeTimeProvider(Noon) { AutoAdvanceAmount = TimeSpan.FromMilliseconds(1) };
        using var board = new RetainedBoard(time, NullLogger<RetainedBoard>.Instance);
        using var ended = new CancellationTokenSource();
        var said = new ConcurrentDictionary<string, int>();
        var isConnected = false;
        var saying = board.RunAsync(
            (topic, _, _) =>
            {
                if (!isConnected)
                    return Task.FromResult(PublishOutcome.NotConnected);
                said.AddOrUpdate(topic, 1, (_, times) => times + 1);
                return Task.FromResult(PublishOutcome.Sent);
            },
            ended.Token);
        board.Announce("policy", () => new byte[] { 7 });

        var taken = Enumerable.Range(0, RetainedBoard.ScoresMax + 500).Count(zone => board.AnnounceScore($"score-{zone}", new byte[1]));
        Assert.InRange(taken, RetainedBoard.ScoresMax - 1, RetainedBoard.ScoresMax + 1);
        isConnected = true;
        board.AnnounceAll();
        await Eventually.TrueAsync(() => Said(time, said.Count) == taken + 1, "all that were taken are said");
        Assert.Equal(500, Enumerable.Range(0, 500).Count(zone => board.AnnounceScore($"late-{zone}", new byte[1])));
        await Eventually.TrueAsync(() => Said(time, said.Count) == taken + 501, "those that came later are said");

        board.AnnounceAll();

        await Eventually.TrueAsync(() => Said(time, said.Values.Sum()) >= taken + 501 + RetainedBoard.ScoresMax, "what is kept is said again");
        Assert.Equal(2, said["policy"]);
        Assert.InRange(said.Values.Count(times => times == 1), 500, 502);
        await ended.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => saying);
    }

    private static int Said(FakeTimeProvider time, int count)
    {
        time.Advance(TimeSpan.FromSeconds(1));
        return count;
    }

    [Fact]
    public async Task What_is_asked_of_the_store_is_said_once_more_and_then_no_more()
    {
        var time = new FakeTimeProvider(Noon);
        using var board = new RetainedBoard(time, NullLogger<RetainedBoard>.Instance);
        var said = new ConcurrentQueue<(string Topic, byte Payload)>();
        using var ended = new CancellationTokenSource();
        var saying = board.RunAsync(
            (topic, payload, _) =>
            {
                said.Enqueue((topic, payload.Span[0]));
                return Task.FromResult(PublishOutcome.Sent);
            },
            ended.Token);
        var repeating = board.RepeatAsync(topic => topic == "received", TimeSpan.FromSeconds(5), ended.Token);
        byte stored = 1;

        board.Announce("received", () => new[] { stored });
        board.Announce("score", () => new byte[] { 9 });
        await SaidAsync(2);
        stored = 2;
        await SaidAsync(3);
        board.Announce("policy", () => new byte[] { 7 });
        await SaidAsync(4);

        Assert.Equal([("received", 1), ("score", 9)], said.Take(2).Order().Select(one => (one.Topic, (int)one.Payload)));
        Assert.Equal([("received", 2), ("policy", 7)], said.Skip(2).Select(one => (one.Topic, (int)one.Payload)));
        await ended.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => saying);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => repeating);

        Task SaidAsync(int count) => Eventually.TrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return said.Count >= count;
            },
            $"{count} were said");
    }
}
