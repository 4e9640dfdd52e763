using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Forwarding;

/// <summary>
/// The device's own key, ECDSA P-256: made at its first start, kept in its state folder for the owner alone, never sent. Signs in the
/// way of <see cref="Dsse"/>.
/// </summary>
public sealed class DeviceKey : IDisposable
{
    /// <summary>Its name in the state folder.</summary>
    public const string FileName = "device-key.pem";

    /// <summary>Its successor's name, until the sink has answered for it.</summary>
    public const string NextFileName = "device-key.next.pem";

    private const string SigningRequestType = "application/pkcs10";

    private readonly ECDsa _key;

    // The forwarder signs records while a certificate is asked for.
    private readonly Lock _gate = new();

    private DeviceKey(ECDsa key)
    {
        _key = key;
        var info = key.ExportSubjectPublicKeyInfo();
        PublicKey = Convert.ToBase64String(info);
        Id = Dsse.KeyId(info);
    }

    /// <summary>SubjectPublicKeyInfo in base64.</summary>
    public string PublicKey { get; }

    /// <summary>See <see cref="Dsse.KeyId"/>.</summary>
    public string Id { get; }

    /// <summary>The key of this state folder; a new one where there is none yet.</summary>
    /// <exception cref="IOException">The file is damaged, others may read it, or it cannot be read or made; the message says what to do.</exception>
    public static DeviceKey OpenOrMake(string folder) => OpenOrMakeAt(Path.Combine(folder, FileName));

    /// <summary>A key that a token keeps. It was made in there; nothing is made by opening it.</summary>
    /// <exception cref="IOException">The token, its OpenSSL module or the key is not there; the message says what to do.</exception>
    public static DeviceKey Open(KeyToken token)
    {
        var pin = token.Pin?.Invoke();
        var address = pin is null ? token.Address : $"{token.Address};pin-value={Uri.EscapeDataString(pin)}";
        try
        {
            using var handle = token.IsProvider
                ? SafeEvpPKeyHandle.OpenKeyFromProvider(token.Module, address)
                : SafeEvpPKeyHandle.OpenPrivateKeyFromEngine(token.Module, address);
            var key = new ECDsaOpenSsl(handle);
            if (key.ExportParameters(includePrivateParameters: false).Curve.Oid.Value == ECCurve.NamedCurves.nistP256.Oid.Value)
                return new DeviceKey(key);
            key.Dispose();
        }
        catch (Exception unusable) when (unusable is CryptographicException or PlatformNotSupportedException)
        {
            throw new IOException(
                $"The device's key {token.Address} cannot be opened in its token: {unusable.Message} Is OpenSSL's module {token.Module} installed, the token "
                + "plugged in, the PIN right, and was a key made in it?", unusable);
        }

        throw new IOException($"The device's key {token.Address} is none of ECDSA P-256: make one in the token that is.");
    }

    /// <summary>The key of this state folder, or null where none was made yet.</summary>
    /// <inheritdoc cref="OpenOrMake" path="/exception"/>
    public static DeviceKey? Find(string folder) => FindAt(Path.Combine(folder, FileName));

    /// <summary>The key that is to follow this one; a new one where none was begun yet.</summary>
    /// <inheritdoc cref="OpenOrMake" path="/exception"/>
    public static DeviceKey OpenOrMakeNext(string folder) => OpenOrMakeAt(Path.Combine(folder, NextFileName));

    /// <summary>The key that is to follow this one, or null where none was begun.</summary>
    /// <inheritdoc cref="OpenOrMake" path="/exception"/>
    public static DeviceKey? FindNext(string folder) => FindAt(Path.Combine(folder, NextFileName));

    /// <summary>The successor takes the key's place, whole or not at all whenever the power goes; the old one is gone.</summary>
    /// <exception cref="IOException">There is none, or the disk does not take it.</exception>
    public static void PutNextInForce(string folder) => File.Move(Path.Combine(folder, NextFileName), Path.Combine(folder, FileName), overwrite: true);

    /// <summary>The successor is given up; the key stays.</summary>
    /// <exception cref="IOException">The disk does not let go of it.</exception>
    public static void DropNext(string folder) => File.Delete(Path.Combine(folder, NextFileName));

    /// <summary>A request for a certificate of this key (PKCS #10, RFC 2986), DER, signed by it.</summary>
    /// <param name="device">Its name: the subject's CN.</param>
    public byte[] SigningRequest(string device)
    {
        lock (_gate)
            return new CertificateRequest($"CN={device}", _key, HashAlgorithmName.SHA256).CreateSigningRequest();
    }

    /// <summary>The successor's request for a certificate, and this key's signature over it.</summary>
    public (byte[] SigningRequest, string Signature) HandOver(DeviceKey next, string device)
    {
        var request = next.SigningRequest(device);
        return (request, Sign(SigningRequestType, request));
    }

    /// <summary>A certificate with this key, for a handshake; null where it is another key's.</summary>
    internal X509Certificate2? Certify(X509Certificate2 certificate)
    {
        if (Convert.ToBase64String(certificate.PublicKey.ExportSubjectPublicKeyInfo()) != PublicKey)
            return null;
        lock (_gate)
            return certificate.CopyWithPrivateKey(_key);
    }

    /// <summary>The signature in base64 over a body as this type.</summary>
    internal string Sign(string payloadType, ReadOnlySpan<byte> body)
    {
        lock (_gate)
            return Dsse.Sign(_key, payloadType, body);
    }

    /// <summary>A manifest, which must name this key, with its signature.</summary>
    /// <exception cref="ArgumentException">It breaks a rule of the contract, or names another key.</exception>
    public SignedManifest Sign(PrivacyManifest manifest)
    {
        if (manifest.Key != PublicKey)
            throw new ArgumentException("The manifest names another key than the one that is to sign it.", nameof(manifest));
        var payload = PrivacyManifestJson.Encode(manifest);
        return new SignedManifest(payload, Sign(SignedManifest.PayloadType, payload), Id);
    }

    /// <summary>A health report with its signature.</summary>
    /// <exception cref="ArgumentException">It breaks a rule of the contract.</exception>
    internal Signed Sign(HealthReport report) => Sealed(HealthReport.PayloadType, HealthReportJson.Encode(report));

    /// <summary>An answer with its signature.</summary>
    /// <exception cref="InvalidOperationException">It breaks a rule of the contract.</exception>
    internal Signed Sign(CommandAnswer answer) => Sealed(CommandAnswer.PayloadType, answer.Encode());

    public void Dispose() => _key.Dispose();

    private Signed Sealed(string payloadType, byte[] payload) => new(payload, Sign(payloadType, payload), Id);

    private static DeviceKey OpenOrMakeAt(string path)
    {
        if (!File.Exists(path))
            Make(path);
        return Open(path);
    }

    private static DeviceKey? FindAt(string path) => File.Exists(path) ? Open(path) : null;

    private static DeviceKey Open(string path)
    {
        string pem;
        try
        {
            if ((File.GetUnixFileMode(path) & ~WholeFile.OwnerOnly) != UnixFileMode.None)
                throw new IOException($"The device's key {path} may be read by others, so anybody could sign as this device. Run: chmod 600 {path}");
            pem = File.ReadAllText(path);
        }
        catch (UnauthorizedAccessException refused)
        {
            throw new IOException($"The device's key {path} cannot be read: {refused.Message} It must belong to the user that runs the agent.", refused);
        }

        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            if (key.ExportParameters(includePrivateParameters: true) is { D: not null } parameters
                && parameters.Curve.Oid.Value == ECCurve.NamedCurves.nistP256.Oid.Value)
                return new DeviceKey(key);
        }
        catch (Exception unusable) when (unusable is CryptographicException or ArgumentException)
        {
            // The same to its owner as a key of another kind.
        }

        key.Dispose();
        throw new IOException(
            $"The device's key {path} is damaged, or no private key of ECDSA P-256. Put back the file from before; or delete it, and the "
            + "device makes a new one at its next start, which a sink takes once the device is enrolled again (or, where none are enrolled, after "
            + "`sink manifest forget` for this device).");
    }

    private static void Make(string path)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        try
        {
            // Under its name before any sink hears of it; never over a key that is there.
            WholeFile.Write(path, key.ExportPkcs8PrivateKeyPem() + "\n", overwrite: false);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The device's key {path} cannot be made: {refused.Message} Its folder must belong to the user that runs the agent.", refused);
        }
    }
}
