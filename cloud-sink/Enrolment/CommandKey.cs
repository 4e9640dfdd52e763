using System.Security.Cryptography;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Sink.Enrolment;

/// <summary>
/// The key that signs commands to devices: another than the authority's, so that what may tell a device something may not say who is a
/// device. A device learns it when it is enrolled.
/// </summary>
internal sealed class CommandKey : IDisposable
{
    /// <summary>Its name in the authority's folder.</summary>
    public const string FileName = "command-key.pem";

    private readonly ECDsa _key;
    private readonly Lock _signing = new();

    private CommandKey(ECDsa key)
    {
        _key = key;
        PublicKeyInfo = key.ExportSubjectPublicKeyInfo();
    }

    /// <summary>SubjectPublicKeyInfo, DER.</summary>
    public byte[] PublicKeyInfo { get; }

    /// <summary>See <see cref="Dsse.KeyId"/>.</summary>
    public string KeyId => Dsse.KeyId(PublicKeyInfo);

    /// <summary>The command key of this folder; a new one where there is none yet.</summary>
    /// <exception cref="AuthorityException">It cannot be read or made; the message says what to do.</exception>
    public static CommandKey OpenOrMake(string folder) => new(KeyFile.OpenOrMake(Path.Combine(folder, FileName)));

    /// <summary>The signature in base64 over a body as this type, see <see cref="Dsse"/>.</summary>
    public string Sign(string payloadType, ReadOnlySpan<byte> body)
    {
        lock (_signing)
            return Dsse.Sign(_key, payloadType, body);
    }

    public void Dispose() => _key.Dispose();
}
