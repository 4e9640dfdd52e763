using System.ComponentModel;
using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Serving;

/// <summary>
/// The anonymised records as they are committed, by whichever sink: server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html).
/// Nothing is kept for a listener: one that reads slowly falls behind, one that does not read is dropped by the server, and one that comes back with
/// <c>Last-Event-ID</c> goes on where it was, or is told that it missed something.
/// </summary>
internal static class LiveApi
{
    public const string Path = "/api/live";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1), Heartbeat = TimeSpan.FromSeconds(15), Retry = TimeSpan.FromSeconds(5);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet(Path, Live).WithTags("Live")
        .WithSummary("Records as they are committed, as server-sent events: record, heartbeat, missed.")
        .Produces<string>(contentType: "text/event-stream")
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static IResult Live(
        HttpContext context, LivePlaces places, Listening listening,
        [Description("Only this zone.")] string? zone = null)
    {
        var asked = new Asked();
        if (zone is not null && !Names.IsValid(zone))
            asked.Fault("zone", "zone is a name: [a-z0-9-], 3 to 32 characters.");
        if (PlaceIn(context.Request.Headers["Last-Event-ID"].ToString()) is not { } last)
        {
            asked.Fault("Last-Event-ID", "Last-Event-ID is the id of an event that came from here.");
            last = default;
        }

        if (asked.IsFaulty)
            return asked.Problem();
        var address = ApiLimits.AddressOf(context);
        if (!places.TryTake(address))
        {
            context.Response.Headers.RetryAfter = "30";
            return TypedResults.Problem(
                "All places are taken, in all or of your address. Come back later, or read /api/zones now and then.",
                statusCode: StatusCodes.Status503ServiceUnavailable, title: "Nobody more can listen");
        }

        // Also where the answer never begins.
        context.Response.OnCompleted(() =>
        {
            places.Free(address);
            return Task.CompletedTask;
        });
        return TypedResults.ServerSentEvents(EventsAsync(listening, last, zone, context.RequestAborted));
    }

    private static async IAsyncEnumerable<SseItem<string>> EventsAsync(
        Listening listening, (long Batch, int Index) last, string? zone, [EnumeratorCancellation] CancellationToken gone)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(gone, listening.Lifetime.ApplicationStopping);
        var tables = new LiveTables(listening.Store.Database);
        var (oldest, newest) = tables.Bounds();
        var from = last.Batch == 0 ? newest : last.Batch;
        yield return new SseItem<string>("{}", "heartbeat") { ReconnectionInterval = Retry, EventId = last.Batch == 0 ? $"{newest}-{int.MaxValue}" : $"{last.Batch}-{last.Index}" };
        if (last.Batch > newest || (last.Batch > 0 && last.Batch + 1 < oldest))
        {
            yield return new SseItem<string>($$"""{"since":"{{last.Batch}}-{{last.Index}}"}""", "missed") { EventId = $"{newest}-{int.MaxValue}" };
            from = newest;
        }

        // The batch that the listener had begun is read again, from where it was.
        var reading = new LiveReading(tables, last.Batch > 0 && from == last.Batch ? from - 1 : from, listening.Time);
        var saidAt = listening.Time.GetTimestamp();
        while (!end.IsCancellationRequested)
        {
            foreach (var batch in reading.Next())
            {
                foreach (var (key, index) in batch.Keys.Select((key, index) => (key, index)))
                {
                    if ((batch.Id == last.Batch && index <= last.Index) || (zone is not null && key.Zone != zone) || tables.Payload(key) is not { } payload)
                        continue;
                    yield return new SseItem<string>(DataOf(key, payload), "record") { EventId = $"{batch.Id}-{index}" };
                    saidAt = listening.Time.GetTimestamp();
                }
            }

            if (listening.Time.GetElapsedTime(saidAt) >= Heartbeat)
            {
                yield return new SseItem<string>("{}", "heartbeat");
                saidAt = listening.Time.GetTimestamp();
            }

            await Task.Delay(Interval, listening.Time, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static string DataOf(LiveKey key, byte[] payload) =>
        $$"""{"device":{{JsonSerializer.Serialize(key.Device)}},"record":{{System.Text.Encoding.UTF8.GetString(payload)}}}""";

    // Zeros where the listener is new; null where this is no id of ours.
    private static (long Batch, int Index)? PlaceIn(string id)
    {
        if (id.Length == 0)
            return (0, 0);
        return id.Split('-') is [var batch, var index]
            && long.TryParse(batch, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var place)
            ? (number, place)
            : null;
    }

    /// <summary>What each listener needs.</summary>
    internal sealed record Listening(IEventStore Store, TimeProvider Time, IHostApplicationLifetime Lifetime);
}

/// <summary>Forgets, once a minute, what nobody can come back to any more.</summary>
internal sealed class LiveForgetting(IEventStore store, TimeProvider time, ILogger<LiveForgetting> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                new LiveTables(store.Database).Forget(time.GetUtcNow());
            }
            catch (System.Data.Common.DbException failure)
            {
                // Next minute again; what is too old harms nobody.
                ServingLog.NotForgotten(log, failure.Message);
            }
        }
    }
}
