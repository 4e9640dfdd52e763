using System.Security.Cryptography;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Sink.Ingestion;

/// <summary>
/// A device's public key, read once instead of at each record, which takes longer than a check. Any number of threads may verify at once: a copy
/// is made only where two meet at the same device, and four at most.
/// </summary>
/// <param name="info">SubjectPublicKeyInfo.</param>
internal sealed class VerifyingKey(byte[] info)
{
    private readonly Copy[] _copies = [.. Enumerable.Range(0, 4).Select(_ => new Copy())];

    public bool Is(ReadOnlySpan<byte> other) => other.SequenceEqual(info);

    /// <inheritdoc cref="Dsse.Verify(ReadOnlySpan{byte}, string, ReadOnlySpan{byte}, string)"/>
    public bool Verify(string payloadType, ReadOnlySpan<byte> body, string signature)
    {
        foreach (var copy in _copies)
        {
            if (!Monitor.TryEnter(copy))
                continue;
            try
            {
                return copy.Verify(info, payloadType, body, signature);
            }
            finally
            {
                Monitor.Exit(copy);
            }
        }

        lock (_copies[0])
            return _copies[0].Verify(info, payloadType, body, signature);
    }

    /// <summary>Used by one thread at a time.</summary>
    private sealed class Copy
    {
        private ECDsa? _key;

        public bool Verify(byte[] info, string payloadType, ReadOnlySpan<byte> body, string signature)
        {
            _key ??= Dsse.TryImport(info);
            return _key is not null && Dsse.Verify(_key, payloadType, body, signature);
        }
    }
}
