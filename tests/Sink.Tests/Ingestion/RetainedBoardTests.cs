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
