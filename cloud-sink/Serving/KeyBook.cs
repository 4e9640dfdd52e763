using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Serving;

/// <summary>
/// Whose key or certificate this is. A key reads <c>sce_NAME_SECRET</c>, with 256 bits of the system's randomness. The table is read again after
/// two seconds, so a key that was removed counts for no longer than that, at any sink.
/// </summary>
internal sealed class KeyBook(IEventStore store, TimeProvider time)
{
    private const string Prefix = "sce_";

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);

    private readonly KeyTables _tables = new(store.Database);
    private readonly Lock _reading = new();
    private IReadOnlyDictionary<string, ApiKey> _keys = new Dictionary<string, ApiKey>();
    private long _readAt;

    /// <summary>True for what has the form of a key, good or not.</summary>
    public static bool IsKey(string token) => token.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>A new key: what is shown once, and its hash.</summary>
    public static (string Key, string Hash) Make(string id)
    {
        var key = $"{Prefix}{id}_{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32))}";
        return (key, HashOf(Encoding.UTF8.GetBytes(key)));
    }

    /// <summary>The hash by which a certificate is known: of its public key, so that a renewed certificate of the same key is the same.</summary>
    public static string HashOf(X509Certificate2 certificate) => HashOf(certificate.PublicKey.ExportSubjectPublicKeyInfo());

    /// <summary>The key that this is, or null where it is none of ours or has expired.</summary>
    public ApiKey? Find(string key)
    {
        if (!IsKey(key) || key.Split('_') is not [_, var id, _] || !Names.IsValid(id) || !Keys().TryGetValue(id, out var found))
            return null;
        var isRight = CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(found.Hash), Encoding.ASCII.GetBytes(HashOf(Encoding.UTF8.GetBytes(key))));
        return isRight && found.Kind == ApiKeyKind.Secret ? Living(found) : null;
    }

    /// <summary>The entry of a certificate that is of the sink's own authority, or null.</summary>
    public ApiKey? Find(X509Certificate2 certificate)
    {
        var hash = HashOf(certificate);
        return Keys().Values.FirstOrDefault(one => one.Kind == ApiKeyKind.Certificate && one.Hash == hash) is { } found ? Living(found) : null;
    }

    private ApiKey? Living(ApiKey key) => time.GetUtcNow() < key.ExpiresAt ? key : null;

    private IReadOnlyDictionary<string, ApiKey> Keys()
    {
        lock (_reading)
        {
            if (_readAt == 0 || time.GetElapsedTime(_readAt) > Fresh)
            {
                _keys = _tables.All().ToDictionary(key => key.Id, StringComparer.Ordinal);
                _readAt = time.GetTimestamp();
            }

            return _keys;
        }
    }

    private static string HashOf(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
