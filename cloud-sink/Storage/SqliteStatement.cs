using Microsoft.Data.Sqlite;

namespace SocialCredit.Edge.Sink.Storage;

/// <summary>A prepared statement of one connection; its parameters are <c>$1</c>, <c>$2</c>, ... in order.</summary>
internal sealed class SqliteStatement : IDisposable
{
    private readonly SqliteCommand _command;

    public SqliteStatement(SqliteConnection connection, string sql)
    {
        _command = connection.CreateCommand();
#pragma warning disable CA2100 // Every text is a constant of this folder; values are bound.
        _command.CommandText = sql;
#pragma warning restore CA2100
        for (var number = 1; sql.Contains($"${number}", StringComparison.Ordinal); number++)
            _command.Parameters.Add(new SqliteParameter { ParameterName = $"${number}" });
    }

    public int Run(SqliteTransaction? transaction, params ReadOnlySpan<object> values)
    {
        Bind(transaction, values);
        return _command.ExecuteNonQuery();
    }

    public SqliteDataReader Read(SqliteTransaction? transaction, params ReadOnlySpan<object> values)
    {
        Bind(transaction, values);
        return _command.ExecuteReader();
    }

    public void Dispose() => _command.Dispose();

    private void Bind(SqliteTransaction? transaction, ReadOnlySpan<object> values)
    {
        _command.Transaction = transaction;
        for (var i = 0; i < values.Length; i++)
            _command.Parameters[i].Value = values[i];
    }
}
