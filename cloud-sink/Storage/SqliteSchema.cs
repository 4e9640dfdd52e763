using DbUp;

namespace SocialCredit.Edge.Sink.Storage;

/// <summary>Brings a database to the newest schema by the numbered scripts beside this file; each runs once.</summary>
internal static class SqliteSchema
{
    private const string Folder = "SocialCredit.Edge.Sink.Storage.Migrations.";

    /// <exception cref="InvalidOperationException">A script failed; nothing of it remains.</exception>
    public static void Upgrade(string connectionString)
    {
        var result = DeployChanges.To
            .SqliteDatabase(connectionString)
            .WithScriptsEmbeddedInAssembly(typeof(SqliteSchema).Assembly, IsOurs)
            .WithTransactionPerScript()
            .LogToNowhere()
            .Build()
            .PerformUpgrade();
        if (!result.Successful)
            throw new InvalidOperationException($"The store could not be brought to this version's schema: {result.Error.Message}", result.Error);
    }

    // Those of another engine lie in folders of their own.
    private static bool IsOurs(string name) =>
        name.StartsWith(Folder, StringComparison.Ordinal) && char.IsAsciiDigit(name[Folder.Length]) && name.EndsWith(".sql", StringComparison.Ordinal);
}
