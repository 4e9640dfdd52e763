using DbUp;
using DbUp.Builder;
using DbUp.Engine;

namespace SocialCredit.Edge.Sink.Storage;

/// <summary>Brings a database to the newest schema by the numbered scripts in <c>Migrations</c>; each runs once.</summary>
internal static class StoreSchema
{
    private const string Folder = "SocialCredit.Edge.Sink.Storage.Migrations.";

    /// <exception cref="StoreException">A script failed; nothing of it remains.</exception>
    public static void UpgradeSqlite(string connectionString) => Upgrade(DeployChanges.To.SqliteDatabase(connectionString), Folder);

    /// <summary>The caller sees to it that no other sink does so at the same time. However long it takes: an index of a million zones is made in minutes.</summary>
    /// <exception cref="StoreException">A script failed; nothing of it remains.</exception>
    public static void UpgradePostgres(string connectionString) => Upgrade(DeployChanges.To.PostgresqlDatabase(connectionString).WithExecutionTimeout(TimeSpan.Zero), Folder + "Postgres.");

    private static void Upgrade(UpgradeEngineBuilder engine, string folder)
    {
        DatabaseUpgradeResult result = engine
            .WithScriptsEmbeddedInAssembly(
                typeof(StoreSchema).Assembly,
                name => name.StartsWith(folder, StringComparison.Ordinal) && char.IsAsciiDigit(name[folder.Length]) && name.EndsWith(".sql", StringComparison.Ordinal))
            .WithVariablesDisabled()
            .WithTransactionPerScript()
            .LogToNowhere()
            .Build()
            .PerformUpgrade();
        if (!result.Successful)
            throw new StoreException($"The store could not be brought to this version's schema: {result.Error.Message}", result.Error);
    }
}
