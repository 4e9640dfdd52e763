using System.CommandLine;
using System.Data.Common;
using SocialCredit.Edge.Sink.Enrolment;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Commands;

/// <summary>The store of a configuration for a command that works beside a running sink.</summary>
internal static class OpenedStore
{
    /// <summary>Opens it, and makes it where there is none, unless it must be there.</summary>
    /// <returns>What the work returns; 1, with the reason on the error stream, where the configuration, the store or the authority is not good.</returns>
    public static int Use(ParseResult parsed, Option<string> config, Func<SinkConfiguration, IEventStore, int> work, bool mustBeThere = false)
    {
        if (ConfigurationArgument.Read(parsed, config) is not { } configuration || (mustBeThere && !IsThere(configuration, parsed.InvocationConfiguration)))
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
        catch (Exception failure) when (failure is DbException or StoreException or IOException or UnauthorizedAccessException)
        {
            parsed.InvocationConfiguration.Error.WriteLine($"{EventStores.NameOf(configuration.Options, configuration.Path)}: {failure.Message}");
        }

        return 1;
    }

    /// <summary>True where a sink has made the store; if not, says so.</summary>
    public static bool IsThere(SinkConfiguration configuration, InvocationConfiguration streams)
    {
        if (EventStores.IsThere(configuration.Options, configuration.Path))
            return true;
        streams.Error.WriteLine($"{EventStores.NameOf(configuration.Options, configuration.Path)} is not there; this sink has never run.");
        return false;
    }
}
