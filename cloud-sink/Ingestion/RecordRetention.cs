using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Ingestion;

/// <summary>Forgets records that are older than the configuration keeps them, once a day. Of several sinks each may do it: the second finds nothing.</summary>
internal sealed partial class RecordRetention(IEventStore store, LiveConfiguration live, TimeProvider time, ILogger<RecordRetention> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromDays(1);

    /// <summary>The first day of the oldest month of which anything is kept: months go whole, once every day of them is older than so many days.</summary>
    public static DateOnly FirstKept(DateOnly today, int days)
    {
        var oldest = today.AddDays(-days);
        return new DateOnly(oldest.Year, oldest.Month, 1);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // What the store does meanwhile takes none of the start's time.
        await Task.Yield();
        using var timer = new PeriodicTimer(Interval, time);
        do
            Look();
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private void Look()
    {
        if (live.Current.Options.Store.KeepDays is not { } days)
            return;
        var month = FirstKept(DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime), days);
        try
        {
            if (!store.ForgetRecords(month))
                return;
            new AuditTables(store.Database).AppendNews(
                new AuditEntry(AuditKind.RowsDeleted, "records", "operator", time.GetUtcNow()) { Detail = [("before", $"{month:yyyy-MM-dd}"), ("keepDays", $"{days}")] });
            Forgot(log, month);
        }
        catch (Exception failure) when (failure is System.Data.Common.DbException or IOException)
        {
            NotForgotten(log, failure.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Records before {Month:yyyy-MM-dd} are forgotten (store.keepDays); the days that they made stay")]
    private static partial void Forgot(ILogger logger, DateOnly month);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Old records could not be forgotten and are tried again tomorrow: {Problem}")]
    private static partial void NotForgotten(ILogger logger, string problem);
}
