using System.Globalization;
using Microsoft.Data.Sqlite;

namespace SocialCredit.Edge.Forwarding;

/// <summary>The outbox's file: its tables and prepared statements. No policy, no lock; callers serialise.</summary>
internal sealed class OutboxDatabase : IDisposable
{
    private const string Schema = """
        CREATE TABLE IF NOT EXISTS meta(key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS waiting(
            sequence INTEGER PRIMARY KEY, id TEXT NOT NULL, payload BLOB NOT NULL,
            appended_at INTEGER NOT NULL, publish_at INTEGER NOT NULL, parked INTEGER);
        CREATE TABLE IF NOT EXISTS drawn(id TEXT PRIMARY KEY, sequence INTEGER NOT NULL, drawn_at INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS drawn_by_time ON drawn(drawn_at);
        """;

    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteCommand> _prepared = [];

    private OutboxDatabase(SqliteConnection connection) => _connection = connection;

    /// <exception cref="SqliteException">Damaged, or not to be opened.</exception>
    public static OutboxDatabase Open(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        var database = new OutboxDatabase(connection);
        try
        {
            connection.Open();
            // FULL: the record is on the disk, not in its cache, before anyone hears of it.
            database.Execute("PRAGMA journal_mode = WAL");
            database.Execute("PRAGMA synchronous = FULL");
            var check = (string?)database.Scalar("PRAGMA quick_check(1)");
            if (check != "ok")
                throw new SqliteException($"The check of the file says: {check}.", SQLitePCL.raw.SQLITE_CORRUPT);
            database.Execute(Schema);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    public void Begin() => Execute("BEGIN IMMEDIATE");

    public void Commit() => Execute("COMMIT");

    public void Rollback()
    {
        try
        {
            Execute("ROLLBACK");
        }
        catch (SqliteException)
        {
            // A full disk or a damaged file has rolled back by itself.
        }
    }

    /// <summary>Runs a statement; returns the rows it changed.</summary>
    public int Execute(string sql, params ReadOnlySpan<(string Name, object Value)> arguments) =>
        Bind(sql, arguments).ExecuteNonQuery();

    /// <summary>The first column of the first row, or null.</summary>
    public object? Scalar(string sql, params ReadOnlySpan<(string Name, object Value)> arguments)
    {
        var value = Bind(sql, arguments).ExecuteScalar();
        return value is DBNull ? null : value;
    }

    public long Number(string sql, params ReadOnlySpan<(string Name, object Value)> arguments) =>
        Convert.ToInt64(Scalar(sql, arguments) ?? 0L, CultureInfo.InvariantCulture);

    public SqliteDataReader Read(string sql, params ReadOnlySpan<(string Name, object Value)> arguments) =>
        Bind(sql, arguments).ExecuteReader();

    public void Dispose()
    {
        foreach (var command in _prepared.Values)
            command.Dispose();
        _connection.Dispose();
    }

    // Every statement is a constant of this assembly, so the dictionary is as small as the code.
    private SqliteCommand Bind(string sql, ReadOnlySpan<(string Name, object Value)> arguments)
    {
        if (!_prepared.TryGetValue(sql, out var command))
        {
            command = _connection.CreateCommand();
#pragma warning disable CA2100 // See above: no statement is built from data.
            command.CommandText = sql;
#pragma warning restore CA2100
            _prepared.Add(sql, command);
        }

        foreach (var (name, value) in arguments)
        {
            if (command.Parameters.Contains(name))
                command.Parameters[name].Value = value;
            else
                command.Parameters.AddWithValue(name, value);
        }

        return command;
    }
}
