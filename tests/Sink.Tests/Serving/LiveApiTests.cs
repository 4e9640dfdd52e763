using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using SocialCredit.Edge.Sink.Serving;
using SocialCredit.Edge.Sink.Storage;
using SocialCredit.Edge.Sink.Tests.Ingestion;
using SocialCredit.Edge.Sink.Tests.Storage;

namespace SocialCredit.Edge.Sink.Tests.Serving;

/// <summary>Records as they are committed, heard over a real connection.</summary>
public sealed class LiveApiTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_listener_hears_what_any_sink_commits_and_goes_on_where_it_was()
    {
        await using var sink = await RunningSink.StartAsync();
        using var other = new SqliteEventStore(Path.Combine(sink.Folder, "sink.db"));
        sink.Store.Ingest([Of(0)]);
        using var client = new HttpClient { BaseAddress = sink.Address };

        string last;
        await using (var listener = await Listener.OpenAsync(client, "/api/live"))
        {
            Assert.Equal("heartbeat", (await listener.NextAsync()).EventType);
            sink.Store.Ingest([Of(1), Of(1), Of(2)]);
            other.Ingest([Of(3), RecordFixtures.Incoming(RecordFixtures.Record(hour: 4), refused: RefusalReason.Source)]);

            Assert.Equal("1 2 3", $"{await listener.HourAsync()} {await listener.HourAsync()} {await listener.HourAsync()}");
            last = (await listener.LastAsync()).EventId!;
        }

        sink.Store.Ingest([Of(5)]);
        other.Ingest([Of(6, "plaza-south")]);
        await using var again = await Listener.OpenAsync(client, "/api/live", last);
        Assert.Equal("heartbeat", (await again.NextAsync()).EventType);
        Assert.Equal("5 6", $"{await again.HourAsync()} {await again.HourAsync()}");
        await using var middle = await Listener.OpenAsync(client, "/api/live?zone=plaza-south", "2-0");
        Assert.Equal("heartbeat", (await middle.NextAsync()).EventType);
        Assert.Equal(6, await middle.HourAsync());
    }

    [Fact]
    public async Task The_exact_payload_is_told_and_nothing_of_when_it_came()
    {
        await using var sink = await RunningSink.StartAsync();
        using var client = new HttpClient { BaseAddress = sink.Address };
        await using var listener = await Listener.OpenAsync(client, "/api/live");
        await listener.NextAsync();

        sink.Store.Ingest([Of(1)]);
        var heard = await listener.NextAsync();

        using var data = JsonDocument.Parse(heard.Data);
        Assert.Equal(["device", "record"], data.RootElement.EnumerateObject().Select(one => one.Name));
        Assert.Equal(RecordFixtures.Text(Of(1).Payload), data.RootElement.GetProperty("record").GetRawText());
    }

    [Fact]
    public async Task Who_was_away_for_too_long_is_told_that_something_is_missing()
    {
        await using var sink = await RunningSink.StartAsync();
        using var client = new HttpClient { BaseAddress = sink.Address };
        for (var hour = 0; hour < 4; hour++)
            sink.Store.Ingest([Of(hour)]);
        new LiveTables(sink.Store.Database).Forget(RecordFixtures.Noon.AddDays(1));

        await using var late = await Listener.OpenAsync(client, "/api/live", "1-0");
        await late.NextAsync();
        Assert.Equal("missed", (await late.NextAsync()).EventType);
        await using var ahead = await Listener.OpenAsync(client, "/api/live", "4711-0");
        await ahead.NextAsync();
        Assert.Equal("missed", (await ahead.NextAsync()).EventType);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/live");
        request.Headers.Add("Last-Event-ID", "what");
        Assert.Equal(HttpStatusCode.BadRequest, (await client.SendAsync(request)).StatusCode);
    }

    [Fact]
    public async Task So_many_listen_and_no_more_and_a_place_is_free_again_when_one_goes()
    {
        await using var sink = await RunningSink.StartAsync(http: "{port: 0, liveClients: 20}");
        using var client = new HttpClient { BaseAddress = sink.Address };
        await using var one = await Listener.OpenAsync(client, "/api/live");
        var two = await Listener.OpenAsync(client, "/api/live");

        using var third = await client.GetAsync("/api/live", HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, third.StatusCode);
        Assert.NotNull(third.Headers.RetryAfter);
        await two.DisposeAsync();
        await SocialCredit.Edge.Tests.Eventually.TrueAsync(async () =>
        {
            using var next = await client.GetAsync("/api/live", HttpCompletionOption.ResponseHeadersRead);
            return next.StatusCode == HttpStatusCode.OK;
        }, "a place is free again");
    }

    [Fact]
    public void A_commit_that_is_not_through_yet_is_waited_for_and_one_that_was_taken_back_is_not_for_ever()
    {
        using var store = new SqliteEventStore(Path.Combine(SocialCredit.Edge.Tests.TestPaths.NewFolder(), "store.db"));
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(RecordFixtures.Noon);
        var reading = new LiveReading(new LiveTables(store.Database), 0, time);
        void Commit(long id) => store.Database.Run("INSERT INTO live_batch (id, at, keys) VALUES ($1, 0, $2)", id, $"crossing-north {id} camera-1\n");

        Commit(1);
        Commit(3);
        Assert.Equal([1], reading.Next().Select(batch => batch.Id));
        Commit(2);
        Assert.Equal([2, 3], reading.Next().Select(batch => batch.Id));
        Commit(5);
        Assert.Empty(reading.Next());
        time.Advance(LiveReading.PatienceForGaps);
        Assert.Equal([5], reading.Next().Select(batch => batch.Id));
    }

    private static IncomingRecord Of(int hour, string zone = "crossing-north") =>
        RecordFixtures.Incoming(RecordFixtures.Record(zone, hour, (uint)hour + 1));

    /// <summary>One connection to the stream.</summary>
    private sealed class Listener : IAsyncDisposable
    {
        private readonly HttpResponseMessage _response;
        private readonly IAsyncEnumerator<SseItem<string>> _events;
        private readonly CancellationTokenSource _patience = new(Patience);

        private Listener(HttpResponseMessage response, Stream stream)
        {
            _response = response;
            _events = SseParser.Create(stream).EnumerateAsync(_patience.Token).GetAsyncEnumerator(_patience.Token);
        }

        public static async Task<Listener> OpenAsync(HttpClient client, string path, string? last = null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            if (last is not null)
                request.Headers.Add("Last-Event-ID", last);
            var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
            return new Listener(response, await response.Content.ReadAsStreamAsync());
        }

        public async Task<SseItem<string>> NextAsync()
        {
            Assert.True(await _events.MoveNextAsync());
            return _events.Current;
        }

        public Task<SseItem<string>> LastAsync() => Task.FromResult(_events.Current);

        public async Task<int> HourAsync()
        {
            var item = await NextAsync();
            Assert.Equal("record", item.EventType);
            using var data = JsonDocument.Parse(item.Data);
            var record = data.RootElement.GetProperty("record");
            return (int)(record.GetProperty("start").GetDateTimeOffset() - RecordFixtures.Noon).TotalHours;
        }

        public async ValueTask DisposeAsync()
        {
            await _patience.CancelAsync();
            try
            {
                await _events.DisposeAsync();
            }
            catch (NotSupportedException)
            {
                // It is being read.
            }

            _response.Dispose();
            _patience.Dispose();
        }
    }
}
