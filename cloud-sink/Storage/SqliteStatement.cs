using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace SocialCredit.Edge.Sink.Storage;

/// <summary>
/// A prepared statement of one connection that stays open longer than it; its parameters are <c>$1</c>, <c>$2</c>, ... and must stand in this order in the
/// text, since to SQLite they are names, numbered as they come. Used inside of a
/// transaction that has the right to write already, so that nothing has to wait for a lock in it.
/// </summary>
internal sealed class SqliteStatement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly SqliteCommand _command;
    private readonly int _parameters;
    private sqlite3_stmt? _prepared;

    public SqliteStatement(SqliteConnection connection, string sql)
    {
        _database = connection.Handle!;
        _command = connection.CreateCommand();
#pragma warning disable CA2100 // Every text is a constant of this folder; values are bound.
        _command.CommandText = sql;
#pragma warning restore CA2100
        for (_parameters = 0; sql.Contains($"${_parameters + 1}", StringComparison.Ordinal); _parameters++)
            _command.Parameters.Add(new SqliteParameter { ParameterName = $"${_parameters + 1}" });
    }

    /// <summary>
    /// Runs it and returns the rows that it changed. Straight on the library: a batch of records is some thousands of these, and a command looks up each
    /// parameter by its name each time.
    /// </summary>
    /// <exception cref="SqliteException">The database did not take it.</exception>
    public int Run(params ReadOnlySpan<SqliteValue> values)
    {
        var prepared = Bind(values);
        var result = raw.sqlite3_step(prepared);

        // Says the fault of the step once more; what was said of it would be lost with the next call.
        var reset = raw.sqlite3_reset(prepared);
        Check(result == raw.SQLITE_DONE ? raw.SQLITE_OK : reset);
        return raw.sqlite3_changes(_database);
    }

    /// <summary>Gives the rows of a query, straight on the library, until one is not wanted any more.</summary>
    /// <param name="row">Reads columns of the statement; false ends it.</param>
    /// <param name="values">The parameters.</param>
    /// <exception cref="SqliteException">The database did not give them.</exception>
    public void Each(Func<sqlite3_stmt, bool> row, params ReadOnlySpan<SqliteValue> values)
    {
        var prepared = Bind(values);
        int result;
        do
            result = raw.sqlite3_step(prepared);
        while (result == raw.SQLITE_ROW && row(prepared));
        var reset = raw.sqlite3_reset(prepared);
        Check(result is raw.SQLITE_DONE or raw.SQLITE_ROW ? raw.SQLITE_OK : reset);
    }

    /// <exception cref="SqliteException">The database did not take it.</exception>
    public SqliteDataReader Read(SqliteTransaction? transaction, params ReadOnlySpan<object> values)
    {
        _command.Transaction = transaction;
        for (var i = 0; i < values.Length; i++)
            _command.Parameters[i].Value = values[i];
        return _command.ExecuteReader();
    }

    public void Dispose()
    {
        _prepared?.Dispose();
        _command.Dispose();
    }

    private sqlite3_stmt Bind(ReadOnlySpan<SqliteValue> values)
    {
        if (_prepared is null)
            Check(raw.sqlite3_prepare_v2(_database, _command.CommandText, out _prepared));
        for (var i = 0; i < _parameters; i++)
            Check(values[i].Bind(_prepared, i + 1));
        return _prepared;
    }

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, _database);
}
