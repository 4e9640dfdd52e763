using System.Diagnostics;
using System.Globalization;
using SocialCredit.Edge.Sink.Ingestion;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Benchmarks.Sink.City;

/// <summary>Takes hourly records of all zones into a city's database, in the batches of the ingestion, and says how fast and how large.</summary>
internal static class CityIngest
{
    private const int Part = 50_000;

    public static void Run(CityOptions options)
    {
        using var store = new PostgresEventStore(options.Postgres ?? throw new FormatException("--postgres says which database."));
        var now = TimeProvider.System.GetUtcNow();
        var midnight = new DateTimeOffset(now.Year, now.Month, now.Day, 0, 0, 0, TimeSpan.Zero);
        var before = Bytes(store);
        var whole = Stopwatch.GetTimestamp();
        double ingesting = 0;
        var (taken, stored) = (0, 0);
        foreach (var batch in CityRecords.From(midnight, options.Zones, options.Records).Chunk(RecordIngest.BatchMax))
        {
            var from = Stopwatch.GetTimestamp();
            stored += store.Ingest(batch).Count(outcome => outcome == IngestOutcome.Stored);
            ingesting += Stopwatch.GetElapsedTime(from).TotalSeconds;
            taken += batch.Length;
            if (taken % Part == 0)
                Console.Error.WriteLine($"{taken} records, {taken / ingesting:F0} a second in the store");
        }

        var seconds = Stopwatch.GetElapsedTime(whole).TotalSeconds;
        var bytes = Bytes(store) - before;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{taken} records taken, {stored} stored: {taken / seconds:F0} a second with making them, {taken / ingesting:F0} in the store alone; {bytes / 1e6:F0} MB more on the disk, {(double)bytes / taken:F0} bytes a record"));
    }

    private static long Bytes(PostgresEventStore store) =>
        store.Database.Read("SELECT pg_database_size(current_database())", row => row.GetInt64(0))[0];
}
