using System.Data.Common;
using Npgsql;

namespace SocialCredit.Edge.Sink.Storage;

/// <summary>Opens the store that a configuration names.</summary>
internal static class EventStores
{
    /// <param name="options">What the configuration says.</param>
    /// <param name="configurationPath">Its file: relative paths start from its folder.</param>
    /// <exception cref="DbException">The store cannot be opened.</exception>
    /// <exception cref="StoreException">It can be opened, but not used.</exception>
    public static IEventStore Open(SinkOptions options, string configurationPath) => options.Store.Postgres is { } server
        ? new PostgresEventStore(server, options.Store.Password?.Reveal())
        : new SqliteEventStore(PathOf(options, configurationPath));

    /// <summary>What a fault of the store is laid to: the key in the configuration and the file or the server.</summary>
    public static string NameOf(SinkOptions options, string configurationPath) => options.Store.Postgres is { } server
        ? $"store.postgres: {NameOf(server)}"
        : $"store.sqlite: {PathOf(options, configurationPath)}";

    /// <summary>True where a sink may have made the store; a command that only reads says so where it is not there, instead of making an empty one.</summary>
    public static bool IsThere(SinkOptions options, string configurationPath) =>
        options.Store.Postgres is not null || File.Exists(PathOf(options, configurationPath));

    /// <summary>What is wrong with a server's line, without repeating it; null where nothing is.</summary>
    public static string? ProblemOf(string server)
    {
        try
        {
            var read = new NpgsqlConnectionStringBuilder(server);
            if (read.Password is not null)
                return "The password stands in it.";
            return read.Host is null || read.Database is null ? "It names no host or no database." : null;
        }
        catch (Exception unreadable) when (unreadable is ArgumentException or FormatException)
        {
            return "It cannot be read.";
        }
    }

    private static string PathOf(SinkOptions options, string configurationPath) =>
        SinkConfiguration.Beside(configurationPath, options.Store.Sqlite ?? "sink.db");

    private static string NameOf(string server)
    {
        var read = new NpgsqlConnectionStringBuilder(server);
        return $"{read.Database} on {read.Host}:{read.Port}";
    }
}
