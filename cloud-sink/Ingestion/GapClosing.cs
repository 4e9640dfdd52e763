using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Ingestion;

/// <summary>
/// Gives up what devices will never send: a gap is closed when every record in it would be refused for its age. The window of a
/// record ended before the record got its sequence, hence before anything above the gap came; the outbox drops it still earlier.
/// </summary>
internal sealed class GapClosing(
    IEventStore store, RetainedBoard board, IngestMetrics metrics, TimeProvider time, ILogger<GapClosing> log) : BackgroundService
{
    /// <summary>A day longer than a window is accepted, for a device whose clock is ahead.</summary>
    public static readonly TimeSpan GapAgeMax = RecordGate.AgeMax + TimeSpan.FromDays(1);

    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    private readonly ReceivedTelling _telling = new(store, board);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
            Close();
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private void Close()
    {
        try
        {
            var closed = store.CloseGaps(time.GetUtcNow() - GapAgeMax);
            foreach (var gap in closed)
            {
                metrics.GapClosed();
                IngestLog.GapClosed(log, gap.Device, gap.First, gap.Last);
            }

            _telling.Tell(closed.Select(gap => gap.Device).Distinct(StringComparer.Ordinal));
        }
        catch (Exception failure) when (failure is System.Data.Common.DbException or IOException)
        {
            IngestLog.GapsNotClosed(log, Interval.TotalHours, failure.Message);
        }
    }
}
