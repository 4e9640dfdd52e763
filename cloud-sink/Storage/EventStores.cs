namespace SocialCredit.Edge.Sink.Storage;

/// <summary>Opens the store that a configuration names.</summary>
internal static class EventStores
{
    /// <param name="options">What the configuration says.</param>
    /// <param name="configurationPath">Its file: relative paths start from its folder.</param>
    public static IEventStore Open(SinkOptions options, string configurationPath) =>
        new SqliteEventStore(PathOf(options, configurationPath));

    /// <summary>The database's file; a command that only reads says so where it is not there, instead of making an empty one.</summary>
    public static string PathOf(SinkOptions options, string configurationPath) =>
        SinkConfiguration.Beside(configurationPath, options.Store.Sqlite);
}
