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
            (messages, _) =>
            {
                foreach (var (topic, _) in isConnected ? messages : [])
                    said.AddOrUpdate(topic, 1, (_, times) => times + 1);
                return Task.FromResult(messages.Select(_ => isConnected ? PublishOutcome.Sent : PublishOutcome.NotConnected).ToArray());
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

    /// <summary>A broker that takes everything, and what it got.</summary>
    private static Task SayAsync(RetainedBoard board, ConcurrentQueue<(string Topic, byte Payload)> said, CancellationToken cancellation) => board.RunAsync(
        (messages, _) =>
        {
            foreach (var (topic, payload) in messages)
                said.Enqueue((topic, payload.Span[0]));
            return Task.FromResult(messages.Select(_ => PublishOutcome.Sent).ToArray());
        },
        cancellation);

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
        var saying = SayAsync(board, said, ended.Token);
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

    [Fact]
    public async Task What_is_to_be_said_on_many_topics_is_asked_of_the_store_in_few_questions_and_said_once()
    {
        var time = new FakeTimeProvider(Noon);
        using var board = new RetainedBoard(time, NullLogger<RetainedBoard>.Instance);
        var said = new ConcurrentQueue<(string Topic, byte Payload)>();
        using var ended = new CancellationTokenSource();
        var saying = SayAsync(board, said, ended.Token);
        var questions = 0;
        ReadOnlyMemory<byte>[] Answer(IReadOnlyList<string> topics)
        {
            questions++;
            return [.. topics.Select(topic => new ReadOnlyMemory<byte>([byte.Parse(topic)]))];
        }

        var all = Enumerable.Range(0, 200).Select(number => $"{number}").ToList();
        board.Announce(all, Answer);
        board.Announce(all.Take(50), Answer);
        await Eventually.TrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return said.Count >= all.Count;
            },
            "all were said");

        Assert.All(said, one => Assert.Equal(one.Topic, $"{one.Payload}"));
        Assert.Equal(all.Order(), said.Select(one => one.Topic).Order());
        Assert.InRange(questions, 1, 4);
        await ended.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => saying);
    }

    [Fact]
    public async Task What_the_store_does_not_give_is_asked_for_again_and_said()
    {
        var time = new FakeTimeProvider(Noon);
        using var board = new RetainedBoard(time, NullLogger<RetainedBoard>.Instance);
        var said = new ConcurrentQueue<(string Topic, byte Payload)>();
        using var ended = new CancellationTokenSource();
        var saying = SayAsync(board, said, ended.Token);
        var questions = 0;
        board.Announce(["received"], _ => ++questions switch
        {
            1 => throw new Microsoft.Data.Sqlite.SqliteException("database or disk is full", 13),
            2 => throw new IOException("No space left on device"),
            _ => [new ReadOnlyMemory<byte>([7])],
        });

        await Eventually.TrueAsync(() => Said(time, said.Count) == 1 || saying.IsCompleted, "it is said");

        Assert.Equal(("received", 7), (said.Single().Topic, said.Single().Payload));
        await ended.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => saying);
    }

    [Fact]
    public async Task What_the_broker_refuses_is_said_again_and_what_finds_no_connection_waits_for_one()
    {
        var time = new FakeTimeProvider(Noon);
        using var board = new RetainedBoard(time, NullLogger<RetainedBoard>.Instance);
        PublishOutcome[] outcomes = [PublishOutcome.Refused, PublishOutcome.Refused, PublishOutcome.NotConnected, PublishOutcome.NotConnected, PublishOutcome.Sent];
        var tried = new ConcurrentQueue<string>();
        using var ended = new CancellationTokenSource();
        var saying = board.RunAsync(
            (messages, _) =>
            {
                var outcome = outcomes[tried.Count];
                tried.Enqueue(string.Join(' ', messages.Select(one => one.Topic).Order()));
                return Task.FromResult(messages.Select(_ => outcome).ToArray());
            },
            ended.Token);

        board.Announce("received", () => new byte[] { 1 });
        await TriedAsync(3);
        board.Announce("score", () => new byte[] { 2 });
        await TriedAsync(4);
        board.AnnounceAll();
        await TriedAsync(5);

        Assert.Equal(["received", "received", "received", "received score", "received score"], tried);
        await ended.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => saying);

        Task TriedAsync(int count) => Eventually.TrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(10));
                return tried.Count >= count;
            },
            $"{count} were tried");
    }
}
