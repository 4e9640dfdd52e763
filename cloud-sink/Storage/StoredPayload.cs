using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Sink.Storage;

/// <summary>Reads again what the store accepted once.</summary>
internal static class StoredPayload
{
    /// <exception cref="InvalidOperationException">The store was changed by another hand, or the schema forgot old records.</exception>
    public static EventRecord Decode(byte[] payload) =>
        EventRecordJson.TryDecode(payload, out var record, out var reason) && record is not null
            ? record
            : throw new InvalidOperationException($"A stored record can no longer be read: {reason}");
}
