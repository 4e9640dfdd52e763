using Microsoft.Data.Sqlite;

namespace SocialCredit.Edge.EndToEnd.Tests;

/// <summary>What stands in a database of a program that may be running.</summary>
internal static class SqliteRows
{
    public static List<object[]> Read(string file, string query)
    {
        var source = new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadOnly, Pooling = false };
        using var connection = new SqliteConnection(source.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = query;
        using var reader = command.ExecuteReader();
        var rows = new List<object[]>();
        while (reader.Read())
        {
            var row = new object[reader.FieldCount];
            reader.GetValues(row);
            rows.Add(row);
        }

        return rows;
    }
}
