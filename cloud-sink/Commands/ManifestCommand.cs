using System.CommandLine;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Serving;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Commands;

/// <summary><c>sink manifest</c>: checks what a device says that it can send, and lets a device have a new key.</summary>
internal static class ManifestCommand
{
    // Base64 of the largest manifest and what stands around it.
    private const int FileBytesMax = 2 * PrivacyManifestJson.BytesMax;

    public static Command Create() => new("manifest", "Privacy manifests: what each device can send, signed by it.") { Verify(), Forget() };

    private static Command Verify()
    {
        var file = new Argument<string>("file") { Description = "A saved envelope (DSSE), or the manifest's exact bytes together with --sig." };
        var signature = new Option<string?>("--sig") { Description = "The signature in base64, as in the header or the MQTT user property sig." };
        var keyId = new Option<string?>("--kid") { Description = "The key that it must be signed by; edge privacy manifest prints it on the device." };
        var command = new Command("verify", """
            Checks that a manifest is whole and signed by the key inside it, and prints it in plain words. Only --kid shows that the key
            is the device's.

            Examples:
              curl -o manifest.json http://127.0.0.1:8080/api/devices/edge-01/manifest/envelope
              sink manifest verify manifest.json
              sink manifest verify manifest.json --kid 3q2-7wXk...
            """) { file, signature, keyId };
        command.SetAction(parsed => Verify(
            parsed.GetRequiredValue(file), (parsed.GetValue(signature), parsed.GetValue(keyId)), parsed.InvocationConfiguration));
        return command;
    }

    private static int Verify(string path, (string? Signature, string? KeyId) expected, InvocationConfiguration streams)
    {
        var (signed, fault) = Read(path, expected.Signature);
        PrivacyManifest? manifest = null;
        if (signed is not null && !signed.TryOpen(out manifest, out fault))
            fault = $"{path}: {fault}";
        else if (signed is not null && expected.KeyId is { } keyId && keyId != signed.KeyId)
            fault = $"{path}: it is signed, but by the key {signed.KeyId} and not by {keyId}.";
        if (fault.Length > 0 || signed is null || manifest is null)
        {
            streams.Error.WriteLine(fault);
            return 1;
        }

        foreach (var line in ManifestWords.Describe(manifest))
            streams.Output.WriteLine(line);
        streams.Output.WriteLine();
        streams.Output.WriteLine($"Signed by the key {signed.KeyId}{(expected.KeyId is null ? ": compare it with what edge privacy manifest prints on the device." : ", as expected.")}");
        return 0;
    }

    private static (SignedManifest? Signed, string Fault) Read(string path, string? signature)
    {
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > FileBytesMax })
                return (null, $"{path}: it is longer than any manifest.");
            var bytes = File.ReadAllBytes(path);
            if (DsseEnvelope.TryRead(bytes) is { } enveloped)
                return (enveloped, "");
            if (!PrivacyManifestJson.TryDecode(bytes, out var manifest, out var problem))
                return (null, $"{path}: neither an envelope nor a manifest: {problem}");
            return signature is null
                ? (null, $"{path}: the file has no signature with it. Save /api/devices/{manifest!.Device}/manifest/envelope instead, or give --sig.")
                : (new SignedManifest(bytes, signature, Dsse.KeyId(Convert.FromBase64String(manifest!.Key))), "");
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return (null, $"{path}: {refused.Message}");
        }
    }

    private static Command Forget()
    {
        var device = new Argument<string>("device") { Description = "The device that was given a new key." };
        var config = ConfigurationArgument.Create();
        var command = new Command("forget", """
            Forgets the key of a device, so that the next one that it shows is taken: after its disk was replaced or its key deleted. What it
            sent before stays. A sink that runs need not be stopped.
            Example: sink manifest forget edge-01 --config sink.yaml
            """) { device, config };
        command.SetAction(parsed => OpenedStore.Use(
            parsed, config, (_, store) => Forget(store, parsed.GetRequiredValue(device), parsed.InvocationConfiguration), mustBeThere: true));
        return command;
    }

    private static int Forget(IEventStore store, string device, InvocationConfiguration streams)
    {
        var isForgotten = store.ForgetKey(device);
        (isForgotten ? streams.Output : streams.Error).WriteLine(
            isForgotten ? $"The next key that {device} shows is taken." : $"No key of a device {device} is known.");
        return isForgotten ? 0 : 1;
    }
}
