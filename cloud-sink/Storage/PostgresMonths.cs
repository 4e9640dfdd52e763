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

    /// <summary>Drops all months before this one, and what the default has of them.</summary>
    /// <returns>False where there was nothing.</returns>
    /// <exception cref="System.Data.Common.DbException">The database did not drop them; all are whole then.</exception>
    public bool ForgetBefore(DateOnly month)
    {
        using var connection = source.OpenConnection();
        using var transaction = connection.BeginTransaction();
        Run(connection, $"SELECT pg_advisory_xact_lock({PostgresEventStore.MonthsLock})");
        var old = NamesBefore(connection, month);
        foreach (var name in old)
            Run(connection, $"DROP TABLE {name}");
        var others = Run(connection, $"DELETE FROM record_other WHERE start < {StoredRows.StartOf(month)}");
        transaction.Commit();
        return old.Count + others > 0;
    }

    private static List<string> NamesBefore(NpgsqlConnection connection, DateOnly month)
    {
        using var command = new NpgsqlCommand("SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid WHERE inhparent = 'record'::regclass", connection);
        using var row = command.ExecuteReader();
        var names = new List<string>();
        while (row.Read())
        {
            if (row.GetString(0) is var name && name != "record_other" && string.CompareOrdinal(name, NameOf(month)) < 0)
                names.Add(name);
        }

        return names;
    }

    private void Make(DateOnly month)
    {
        using var connection = source.OpenConnection();
        using var transaction = connection.BeginTransaction();
        Run(connection, $"SELECT pg_advisory_xact_lock({PostgresEventStore.MonthsLock})");
        try
        {
            Run(connection, $"CREATE TABLE IF NOT EXISTS {NameOf(month)} PARTITION OF record FOR VALUES FROM ({StoredRows.StartOf(month)}) TO ({StoredRows.StartOf(month.AddMonths(1))})");
            transaction.Commit();
        }
        catch (PostgresException already) when (already.SqlState == PostgresErrorCodes.CheckViolation)
        {
            // The default holds records of this month; then it goes on doing so.
        }
    }

    private static int Run(NpgsqlConnection connection, string sql)
    {
#pragma warning disable CA2100 // Made of numbers alone.
        using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        return command.ExecuteNonQuery();
    }
}
