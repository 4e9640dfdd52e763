using System.Collections.Concurrent;
using System.Data.Common;
using System.Diagnostics;
using System.Text.Json;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Ingestion;
using SocialCredit.Edge.Sink.Scoring;
using SocialCredit.Edge.Sink.Serving;

namespace SocialCredit.Edge.Sink;

/// <summary>
/// Computes and publishes, retained, the score of each zone of which something has changed: a record that came here, a decision, or rows that another
/// process wrote. Works beside the ingestion at its own pace, so that what was received is never told late because scores are computed.
/// </summary>
internal sealed partial class PublicScores(RecordIngest ingest, ScoreKeeping keeping, RulesInForce rules, RetainedBoard board, PublicScores.Runtime runtime)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    // To look for what others have written reads a row of each zone: it may take a fiftieth of the time.
    private const int LookShare = 50;

    private readonly ConcurrentDictionary<string, bool> _changed = new(StringComparer.Ordinal);

    /// <summary>Of a whole part of the night's work: no faster than the broker takes them, as long as it takes any.</summary>
    public void Announce(IReadOnlyList<ZoneScore> scores, CancellationToken cancellation)
    {
        var untold = scores.Count(score => !Announce(score));
        if (untold > 0)
            NotSaid(runtime.Log, untold);
        board.WaitForRoom(cancellation);
    }

    private bool Announce(ZoneScore score) => board.AnnounceScore(
        Topics.PublicScore(score.Zone), JsonSerializer.SerializeToUtf8Bytes(ScoreView.Of(score, rules.Standing), JsonSerializerOptions.Web));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        ingest.ZoneChanged = zone => _changed[zone] = true;
        var nextLook = 0L;
        using var timer = new PeriodicTimer(Interval, runtime.Time);
        do
        {
            try
            {
                if (runtime.Time.GetTimestamp() >= nextLook)
                {
                    var took = Stopwatch.StartNew();
                    foreach (var zone in keeping.Passes.Behind(rules.Current.Policy.Id, ScoreKeeping.ZonesAtOnce))
                        _changed[zone] = true;
                    nextLook = runtime.Time.GetTimestamp() + (long)(took.Elapsed.TotalSeconds * LookShare * runtime.Time.TimestampFrequency);
                }

                foreach (var due in keeping.Passes.TakeDue(ScoreKeeping.ZonesAtOnce).GroupBy(due => due.Reason, StringComparer.Ordinal))
                    Keep([.. due.Select(zone => zone.Zone)], due.Key);
                foreach (var zones in _changed.Keys.Chunk(ScoreKeeping.ZonesAtOnce))
                    Keep(zones, null);
            }
            catch (Exception failure) when (failure is DbException or IOException)
            {
                NotComputed(runtime.Log, failure.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private void Keep(IReadOnlyList<string> zones, string? reason)
    {
        // Taken off first: a record that comes while they are computed makes the zone due once more.
        foreach (var zone in zones)
            _changed.TryRemove(zone, out _);
        try
        {
            foreach (var score in keeping.KeepZones(zones, reason))
                _ = Announce(score);
        }
        catch (Exception failure) when (failure is DbException or IOException)
        {
            foreach (var zone in zones)
                _changed[zone] = true;
            NotComputed(runtime.Log, failure.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Scores were not computed, it is tried again: {Problem}")]
    private static partial void NotComputed(ILogger logger, string problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} scores were computed and not published, since too many wait for the broker; each is with its zone's next record")]
    private static partial void NotSaid(ILogger logger, int count);

    internal sealed record Runtime(TimeProvider Time, ILogger<PublicScores> Log);
}
