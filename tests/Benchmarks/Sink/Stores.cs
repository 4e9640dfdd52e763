using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Benchmarks.Sink;

/// <summary>The stores that are measured.</summary>
internal static class Stores
{
    /// <param name="connection">Of an empty database, or one that a sink made.</param>
    public static IEventStore Postgres(string connection) => throw new FormatException($"This version has no PostgreSQL: {connection}");

    public static long Count(IEventStore store) => store.Database.Read("SELECT COUNT(*) FROM record", row => row.GetInt64(0))[0];
}
