using System.Security.Cryptography;

namespace SocialCredit.Edge.Sink.Enrolment;

/// <summary>A private key of ECDSA P-256 in a file for its owner alone (PKCS #8, PEM, mode 0600).</summary>
internal static class KeyFile
{
    /// <summary>The key in this file; a new one where there is none yet. Of two that make it at once both get the same.</summary>
    /// <exception cref="AuthorityException">The file is damaged, others may read it, or it cannot be read or made; the message says what to do.</exception>
    public static ECDsa OpenOrMake(string path)
    {
        if (!File.Exists(path))
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            WriteOnce(path, key.ExportPkcs8PrivateKeyPem() + "\n", WholeFile.OwnerOnly);
        }

        return Open(path);
    }

    /// <summary>Writes a file whole or not at all, whenever the power goes; one that is there already stays as it is.</summary>
    /// <exception cref="AuthorityException">It cannot be written.</exception>
    public static void WriteOnce(string path, string text, UnixFileMode mode) => Write(path, text, mode, overwrite: false);

    /// <summary>As <see cref="WriteOnce"/>, in place of whatever is there.</summary>
    /// <exception cref="AuthorityException">It cannot be written.</exception>
    public static void Replace(string path, string text, UnixFileMode mode) => Write(path, text, mode, overwrite: true);

    private static void Write(string path, string text, UnixFileMode mode, bool overwrite)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            WholeFile.Write(path, text, mode, overwrite);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new AuthorityException($"{path} cannot be made: {refused.Message} Its folder must belong to the user that runs the sink.", refused);
        }
    }

    private static ECDsa Open(string path)
    {
        string pem;
        try
        {
            if ((File.GetUnixFileMode(path) & ~WholeFile.OwnerOnly) != UnixFileMode.None)
                throw new AuthorityException($"{path} may be read by others, and whoever has it can sign as this sink. Run: chmod 600 {path}");
            pem = File.ReadAllText(path);
        }
        catch (UnauthorizedAccessException refused)
        {
            throw new AuthorityException($"{path} cannot be read: {refused.Message} It must belong to the user that runs the sink.", refused);
        }

        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            if (key.ExportParameters(includePrivateParameters: true) is { D: not null } parameters
                && parameters.Curve.Oid.Value == ECCurve.NamedCurves.nistP256.Oid.Value)
                return key;
        }
        catch (Exception unusable) when (unusable is CryptographicException or ArgumentException)
        {
            // The same to its owner as a key of another kind.
        }

        key.Dispose();
        throw new AuthorityException(
            $"{path} is damaged, or no private key of ECDSA P-256. Put back the file from a backup. With a new one every device has to be enrolled again.");
    }
}
