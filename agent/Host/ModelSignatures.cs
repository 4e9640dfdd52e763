using System.Security.Cryptography;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Inference;

namespace SocialCredit.Edge.Host;

/// <summary>
/// Whose models are taken. A publisher signs the exact bytes of <c>model.yaml</c>, which name the sha256 of the weights, in the way of
/// <see cref="Dsse"/>; the signatures lie beside it, a line each. Who is a publisher is said by whoever installed the program, and by its
/// configuration, never by what comes with a model.
/// </summary>
/// <param name="folder">Public keys in PEM, beside those in <c>models/publishers</c> at or above the program; null for none.</param>
internal sealed class ModelSignatures(string? folder)
{
    /// <summary>Beside the <c>model.yaml</c>: lines of key id and signature.</summary>
    public const string FileName = ModelManifest.FileName + ".sig";

    /// <summary>The type under which a manifest is signed.</summary>
    public const string SignedType = "application/vnd.socialcredit-edge.model+yaml";

    private const int SignaturesMax = 16;

    private readonly Dictionary<string, byte[]> _publishers = Read([Shipped(), folder]);

    /// <summary>Returns where a publisher has signed the manifest.</summary>
    /// <param name="manifestPath">Of the model.yaml.</param>
    /// <exception cref="ModelException">Nobody did whom this device trusts; the message says what to do.</exception>
    public void Demand(string manifestPath)
    {
        var path = Path.Combine(Path.GetDirectoryName(manifestPath)!, FileName);
        try
        {
            var body = File.ReadAllBytes(manifestPath);
            var signatures = File.Exists(path) ? File.ReadLines(path).Take(SignaturesMax).Select(line => line.Split(' ')) : [];
            var isKnown = false;
            foreach (var signature in signatures.Where(words => words.Length == 2))
            {
                if (!_publishers.TryGetValue(signature[0], out var publisher))
                    continue;
                if (Dsse.Verify(publisher, SignedType, body, signature[1]))
                    return;
                isKnown = true;
            }

            throw new ModelException(
                $"{manifestPath}: {(isKnown ? "it was changed after it was signed" : File.Exists(path) ? "none of its signers is a publisher known here" : $"nobody has signed it, there is no {FileName}")}. "
                + "Put back the files as they were published; or sign it with `edge models sign` and put the public key among publishers:.");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"{path}: cannot be read. {unreadable.Message}", unreadable);
        }
    }

    /// <summary>Signs a manifest: adds the line, or replaces the one of the same key.</summary>
    /// <exception cref="IOException">The files cannot be read or written.</exception>
    /// <exception cref="UnauthorizedAccessException">The files cannot be read or written.</exception>
    public static void Sign(string modelFolder, ECDsa key)
    {
        var keyId = Dsse.KeyId(key.ExportSubjectPublicKeyInfo());
        var signature = Dsse.Sign(key, SignedType, File.ReadAllBytes(Path.Combine(modelFolder, ModelManifest.FileName)));
        var path = Path.Combine(modelFolder, FileName);
        var others = File.Exists(path) ? File.ReadAllLines(path).Where(line => !line.StartsWith(keyId + " ", StringComparison.Ordinal)) : [];
        File.WriteAllLines(path, [.. others, $"{keyId} {signature}"]);
    }

    private static Dictionary<string, byte[]> Read(IEnumerable<string?> folders)
    {
        var keys = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var path in folders.OfType<string>().Where(Directory.Exists).SelectMany(each => Directory.EnumerateFiles(each, "*.pem")))
        {
            try
            {
                using var key = ECDsa.Create();
                key.ImportFromPem(File.ReadAllText(path));
                var publicKey = key.ExportSubjectPublicKeyInfo();
                keys[Dsse.KeyId(publicKey)] = publicKey;
            }
            catch (Exception unusable) when (unusable is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
            {
                throw new ModelException($"{path}: is no public key of a publisher, or cannot be read. Write the PEM that `edge models keygen` printed, or take the file away.", unusable);
            }
        }

        return keys;
    }

    private static string? Shipped()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            var candidate = Path.Combine(at.FullName, "models", "publishers");
            if (Directory.Exists(candidate))
                return candidate;
        }

        return null;
    }
}
