using System.Security.Cryptography;
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

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly ECDsa _key;

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
    public static DeviceKey OpenOrMake(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            Make(path);
        return Open(path);
    }

    /// <summary>The key of this state folder, or null where none was made yet.</summary>
    /// <inheritdoc cref="OpenOrMake" path="/exception"/>
    public static DeviceKey? Find(string folder)
    {
        var path = Path.Combine(folder, FileName);
        return File.Exists(path) ? Open(path) : null;
    }

    /// <summary>The signature in base64 over a body as this type.</summary>
    internal string Sign(string payloadType, ReadOnlySpan<byte> body) =>
        Dsse.Sign(_key, payloadType, body);

    /// <summary>A manifest, which must name this key, with its signature.</summary>
    /// <exception cref="ArgumentException">It breaks a rule of the contract, or names another key.</exception>
    public SignedManifest Sign(PrivacyManifest manifest)
    {
        if (manifest.Key != PublicKey)
            throw new ArgumentException("The manifest names another key than the one that is to sign it.", nameof(manifest));
        var payload = PrivacyManifestJson.Encode(manifest);
        return new SignedManifest(payload, Sign(SignedManifest.PayloadType, payload), Id);
    }

    public void Dispose() => _key.Dispose();

    private static DeviceKey Open(string path)
    {
        string pem;
        try
        {
            if ((File.GetUnixFileMode(path) & ~OwnerOnly) != UnixFileMode.None)
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
            + "device makes a new one at its next start, which a sink takes after `sink manifest forget` for this device.");
    }

    private static void Make(string path)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var fresh = path + ".new";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            File.Delete(fresh);
            using (var file = new FileStream(fresh, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }))
            {
                file.Write(System.Text.Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem() + "\n"));
                file.Flush(flushToDisk: true);
            }

            // Whole or not at all, whenever the power goes; never over a key that is there.
            File.Move(fresh, path, overwrite: false);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The device's key {path} cannot be made: {refused.Message} Its folder must belong to the user that runs the agent.", refused);
        }
    }
}
