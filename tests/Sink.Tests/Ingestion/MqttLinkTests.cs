using Microsoft.Extensions.Logging.Abstractions;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Ingestion;
using SocialCredit.Edge.Sink.Tests.Brokers;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Sink.Tests.Ingestion;

/// <summary>Whatever a broker does, the link comes back and what is to be said is said.</summary>
public sealed class MqttLinkTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_broker_that_breaks_hundreds_of_connections_ends_neither_the_link_nor_what_is_said_on_it()
    {
        await using var broker = new FickleBroker(seed: 7, BrokerHabit.Breaks);
        await RunAsync(broker, async loops =>
        {
            await Eventually.TrueAsync(() => broker.Connections >= 300 || loops.Any(loop => loop.IsCompleted), "hundreds of connections", null, () => $"{broker.Connections} connections, {broker.Publications} publications taken");
            var then = broker.Publications;
            await Eventually.TrueAsync(() => broker.Publications > then + 500 || loops.Any(loop => loop.IsCompleted), "it goes on saying things", null, () => $"{broker.Connections} connections, {broker.Publications} publications taken, {then} before");
            Assert.All(loops, loop => Assert.False(loop.IsCompleted, $"{loop.Exception}"));
        });
        output.WriteLine($"{broker.Connections} connections, {broker.Publications} publications taken");
    }

    [Theory]
    [InlineData(nameof(BrokerHabit.Silent))]
    [InlineData(nameof(BrokerHabit.Deaf))]
    public async Task A_broker_that_hangs_is_left_and_tried_again(string habit)
    {
        await using var broker = new FickleBroker(seed: 7, Enum.Parse<BrokerHabit>(habit));
        await RunAsync(broker, loops => Eventually.TrueAsync(() => broker.Connections >= 3, "it is tried again"));
    }

    private static async Task RunAsync(FickleBroker broker, Func<Task[], Task> look)
    {
        var time = new FastTime(200);
        using var board = new RetainedBoard(time, NullLogger<RetainedBoard>.Instance);
        var address = new BrokerAddress("127.0.0.1", broker.Port, "sink-1", null, () => "") { IsShared = false };

        // Nothing comes from this broker, so nobody reads.
        using var metrics = new IngestMetrics();
        var ingest = new RecordIngest(null!, null!, board, metrics, NullLogger<RecordIngest>.Instance);
        using var link = new MqttLink(address, ingest, null!, board, time, NullLogger<MqttLink>.Instance) { Patience = TimeSpan.FromMilliseconds(500) };
        using var ended = new CancellationTokenSource();
        var topics = Enumerable.Range(0, 300).Select(i => Topics.Received($"device-{i}")).ToList();
        Task[] loops =
        [
            Task.Run(() => link.RunAsync(ended.Token), CancellationToken.None),
            Task.Run(() => board.RunAsync(link.PublishAsync, ended.Token), CancellationToken.None),
            Task.Run(() => AnnounceAsync(board, topics, ended.Token), CancellationToken.None),
        ];
        try
        {
            await look(loops);
        }
        finally
        {
            await ended.CancelAsync();
            await Eventually.TrueAsync(() => loops.All(loop => loop.IsCompleted), "all of it ends");
        }
    }

    private static async Task AnnounceAsync(RetainedBoard board, List<string> topics, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        while (await timer.WaitForNextTickAsync(cancellation))
            board.Announce(topics, some => [.. some.Select(_ => new ReadOnlyMemory<byte>([7]))]);
    }
}
