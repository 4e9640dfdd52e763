using System.Collections.Concurrent;
using System.Text.Json;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Governance;
using SocialCredit.Edge.Sink.Ingestion;
using SocialCredit.Edge.Sink.Serving;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink;

/// <summary>
/// Publishes the score of each zone, retained, when something has changed it: a record, a new policy or calibration, a ruling, the next day,
/// or another process that writes into the store. Works beside the ingestion at its own pace, so that what was received is never told late
/// because scores are computed.
/// </summary>
internal sealed class PublicScores(RecordIngest ingest, IEventStore store, ScoreBook book, RetainedBoard board, TimeProvider time)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, bool> _changed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> _newest = new(StringComparer.Ordinal);
    private (DateOnly Today, PolicyFile Policy, CalibrationFile Calibration, RulingsFile Rulings) _basis;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        ingest.ZoneChanged = zone => _changed[zone] = true;
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            LookAround();
            foreach (var zone in _changed.Keys)
            {
                _changed.TryRemove(zone, out _);
                var score = ScoreView.Of(book.History(zone, book.Today)[^1]);
                ReadOnlyMemory<byte> payload = JsonSerializer.SerializeToUtf8Bytes(score, JsonSerializerOptions.Web);
                board.Announce(Topics.PublicScore(zone), () => payload);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    // One read of a table with a row for each zone; scores are computed only for those with a newer window.
    private void LookAround()
    {
        var basis = (book.Today, book.Policy, book.Calibration, book.Rulings);
        if (basis != _basis)
            _newest.Clear();
        _basis = basis;
        foreach (var zone in store.Zones())
        {
            if (_newest.TryGetValue(zone.Zone, out var newest) && newest == zone.Last)
                continue;
            _newest[zone.Zone] = zone.Last;
            _changed[zone.Zone] = true;
        }
    }
}
