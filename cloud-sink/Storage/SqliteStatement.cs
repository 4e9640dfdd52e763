using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace SocialCredit.Edge.Sink.Storage;

/// <summary>
/// A prepared statement of one connection that stays open longer than it; its parameters are <c>$1</c>, <c>$2</c>, ... in order. Used inside of a
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
    public int Run(params ReadOnlySpan<object> values)
    {
        if (_prepared is null)
            Check(raw.sqlite3_prepare_v2(_database, _command.CommandText, out _prepared));
        for (var i = 0; i < _parameters; i++)
            Check(Bind(_prepared, i + 1, values[i]));
        var result = raw.sqlite3_step(_prepared);

        // Says the fault of the step once more; what was said of it would be lost with the next call.
        var reset = raw.sqlite3_reset(_prepared);
        Check(result == raw.SQLITE_DONE ? raw.SQLITE_OK : reset);
        return raw.sqlite3_changes(_database);
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

    private static int Bind(sqlite3_stmt statement, int index, object value) => value switch
    {
        string text => raw.sqlite3_bind_text(statement, index, text),
        long number => raw.sqlite3_bind_int64(statement, index, number),
        int number => raw.sqlite3_bind_int64(statement, index, number),
        uint number => raw.sqlite3_bind_int64(statement, index, number),
        byte[] { Length: 0 } => raw.sqlite3_bind_zeroblob(statement, index, 0),
        byte[] bytes => raw.sqlite3_bind_blob(statement, index, bytes),
        _ => throw new ArgumentException($"A {value.GetType().Name} is bound nowhere.", nameof(value)),
    };

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, _database);
}
