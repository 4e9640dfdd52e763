using SocialCredit.Edge.Operation;
using SocialCredit.Edge.Sink.Ingestion;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Serving;

/// <summary>How the running sink is: its store, its broker, its ingestion.</summary>
internal sealed class SinkVitals(IEventStore store, IngestionService ingestion, RecordIngest ingest)
{
    /// <summary>A batch is 500 records at most; a store that takes longer hangs. One that refuses is tried again, which is no hang.</summary>
    public static readonly TimeSpan TurnMax = TimeSpan.FromSeconds(30);

    /// <summary>What hangs, in words, or null.</summary>
    public string? FindHang() =>
        ingest.LongestTurn > TurnMax ? $"the ingestion has not gone on for {ingest.LongestTurn.TotalSeconds:0} s" : null;

    /// <summary>Reads from the store; does not throw.</summary>
    public ServiceHealth Judge() => new([JudgeStore(), JudgeBroker(), JudgeIngestion()]);

    private HealthPart JudgeStore()
    {
        if (ingest.Trouble is { } trouble)
            return new("store", HealthStatus.Failing, $"it takes nothing, devices keep their records: {trouble}");
        try
        {
            store.Database.Read("SELECT device FROM sequence_range LIMIT 1", row => row.GetString(0));
            return new("store", HealthStatus.Ok, "");
        }
        catch (Exception failure) when (failure is System.Data.Common.DbException or IOException)
        {
            return new("store", HealthStatus.Failing, $"it cannot be read: {failure.Message}");
        }
    }

    private HealthPart JudgeBroker() => ingestion.IsConnected
        ? new("broker", HealthStatus.Ok, "")
        : new("broker", HealthStatus.Degraded, "not connected, devices keep their records; the log says why");

    private HealthPart JudgeIngestion() =>
        ingestion.ExecuteTask is not { IsCompleted: false } ? new("ingestion", HealthStatus.Failing, "it does not run")
        : FindHang() is { } hang ? new("ingestion", HealthStatus.Failing, hang)
        : new("ingestion", HealthStatus.Ok, "");
}
