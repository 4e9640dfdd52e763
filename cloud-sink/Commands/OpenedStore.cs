using System.CommandLine;
using Microsoft.Data.Sqlite;
using SocialCredit.Edge.Sink.Enrolment;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Commands;

/// <summary>The store of a configuration for a command that works beside a running sink.</summary>
internal static class OpenedStore
{
    /// <returns>What the work returns; 1, with the reason on the error stream, where the configuration, the store or the authority is not good.</returns>
    public static int Use(ParseResult parsed, Option<string> config, Func<SinkConfiguration, IEventStore, int> work)
    {
        if (ConfigurationArgument.Read(parsed, config) is not { } configuration)
            return 1;
        try
        {
            using var store = EventStores.Open(configuration.Options, configuration.Path);
            return work(configuration, store);
        }
        catch (AuthorityException failure)
        {
            parsed.InvocationConfiguration.Error.WriteLine($"authority: {failure.Message}");
        }
        catch (Exception failure) when (failure is SqliteException or IOException or UnauthorizedAccessException or InvalidOperationException { InnerException: SqliteException })
        {
            parsed.InvocationConfiguration.Error.WriteLine($"store.sqlite: {EventStores.PathOf(configuration.Options, configuration.Path)}: {failure.Message}");
        }

        return 1;
    }
}
