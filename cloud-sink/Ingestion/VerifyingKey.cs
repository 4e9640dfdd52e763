using System.Collections.Concurrent;
using System.Security.Cryptography;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Sink.Ingestion;

/// <summary>
/// A device's public key, read once instead of at each record, which takes most of the time of a check. Any number of threads may
/// verify at once: each has a copy of its own meanwhile.
/// </summary>
/// <param name="info">SubjectPublicKeyInfo.</param>
internal sealed class VerifyingKey(byte[] info)
{
    private readonly ConcurrentBag<ECDsa> _idle = [];

    public bool Is(ReadOnlySpan<byte> other) => other.SequenceEqual(info);

    /// <inheritdoc cref="Dsse.Verify(ReadOnlySpan{byte}, string, ReadOnlySpan{byte}, string)"/>
    public bool Verify(string payloadType, ReadOnlySpan<byte> body, string signature)
    {
        if (!_idle.TryTake(out var key) && (key = Dsse.TryImport(info)) is null)
            return false;
        var holds = Dsse.Verify(key, payloadType, body, signature);
        _idle.Add(key);
        return holds;
    }
}
