using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Ingestion;

/// <summary>Tells devices what is committed of them.</summary>
internal sealed class ReceivedTelling(IEventStore store, RetainedBoard board)
{
    /// <summary>Of these devices something has changed; the store is asked when it is told, in one query for many.</summary>
    public void Tell(IEnumerable<string> devices) => board.Announce(devices.Select(Topics.Received), Read);

    private ReadOnlyMemory<byte>[] Read(IReadOnlyList<string> topics) =>
        [.. store.ReceivedOf([.. topics.Select(topic => topic.Split('/')[^2])]).Select(received => (ReadOnlyMemory<byte>)received.Encode())];
}
