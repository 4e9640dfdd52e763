using Npgsql;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Benchmarks.Sink;

/// <summary>The stores that are measured.</summary>
internal static class Stores
{
    /// <summary>A database of that name that is new: what was in it is gone.</summary>
    /// <param name="connection">As Npgsql reads it, with the database.</param>
    public static IEventStore NewPostgres(string connection)
    {
        var settings = new NpgsqlConnectionStringBuilder(connection);
        var database = settings.Database;
        settings.Database = "postgres";
        using (var source = NpgsqlDataSource.Create(settings))
        {
#pragma warning disable CA2100 // The name is this program's own.
            using var drop = source.CreateCommand($"DROP DATABASE IF EXISTS \"{database}\" WITH (FORCE)");
            using var make = source.CreateCommand($"CREATE DATABASE \"{database}\" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'");
#pragma warning restore CA2100
            drop.ExecuteNonQuery();
            make.ExecuteNonQuery();
        }

        return new PostgresEventStore(connection);
    }

    public static long Count(IEventStore store) => store.Database.Read("SELECT COUNT(*) FROM record", row => row.GetInt64(0))[0];
}
