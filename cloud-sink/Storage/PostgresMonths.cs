using Npgsql;

namespace SocialCredit.Edge.Sink.Storage;

/// <summary>The months of records. A month of its own can be dropped whole when it is old; what has none lies in the default and is as good.</summary>
internal sealed class PostgresMonths(NpgsqlDataSource source)
{
    private readonly HashSet<DateOnly> _there = [];
    private readonly Lock _making = new();

    /// <summary>Makes the months in which these windows start, where they are not there. Waits for batches that are being written, once a month.</summary>
    /// <exception cref="System.Data.Common.DbException">The database did not make one.</exception>
    public void Provide(IEnumerable<DateTimeOffset> starts)
    {
        lock (_making)
        {
            foreach (var start in starts)
            {
                var month = new DateOnly(start.UtcDateTime.Year, start.UtcDateTime.Month, 1);
                if (_there.Contains(month))
                    continue;
                Make(month);
                _there.Add(month);
            }
        }
    }

    /// <summary>The name of the month's table.</summary>
    public static string NameOf(DateOnly month) => $"record_{month:yyyy_MM}";

    private void Make(DateOnly month)
    {
        using var connection = source.OpenConnection();
        using var transaction = connection.BeginTransaction();
        Run(connection, $"SELECT pg_advisory_xact_lock({PostgresEventStore.MonthsLock})");
        try
        {
            Run(connection, $"CREATE TABLE IF NOT EXISTS {NameOf(month)} PARTITION OF record FOR VALUES FROM ({StartOf(month)}) TO ({StartOf(month.AddMonths(1))})");
            transaction.Commit();
        }
        catch (PostgresException already) when (already.SqlState == PostgresErrorCodes.CheckViolation)
        {
            // The default holds records of this month; then it goes on doing so.
        }
    }

    private static long StartOf(DateOnly day) => new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero).ToUnixTimeSeconds();

    private static void Run(NpgsqlConnection connection, string sql)
    {
#pragma warning disable CA2100 // Made of numbers alone.
        using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
