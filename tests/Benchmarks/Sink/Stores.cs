using Npgsql;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Benchmarks.Sink;

/// <summary>The stores that are measured.</summary>
internal static class Stores
{
    /// <summary>Makes the database if it is not there.</summary>
    /// <param name="connection">As Npgsql reads it, with the database.</param>
    public static IEventStore Postgres(string connection)
    {
        var settings = new NpgsqlConnectionStringBuilder(connection);
        var database = settings.Database;
        settings.Database = "postgres";
        using (var source = NpgsqlDataSource.Create(settings))
        {
            using var known = source.CreateCommand("SELECT 1 FROM pg_database WHERE datname = $1");
            known.Parameters.Add(new NpgsqlParameter { Value = database });
#pragma warning disable CA2100 // The name is this program's own or its caller's.
            using var make = source.CreateCommand($"CREATE DATABASE \"{database}\" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'");
#pragma warning restore CA2100
            if (known.ExecuteScalar() is null)
                make.ExecuteNonQuery();
        }

        return new PostgresEventStore(connection);
    }

    public static long Count(IEventStore store) => store.Database.Read("SELECT COUNT(*) FROM record", row => row.GetInt64(0))[0];
}
