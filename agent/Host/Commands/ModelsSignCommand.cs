using System.CommandLine;
using System.Security.Cryptography;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Inference;

namespace SocialCredit.Edge.Host.Commands;

/// <summary><c>edge models keygen</c> and <c>edge models sign</c>: for who publishes models.</summary>
internal static class ModelsSignCommand
{
    public static Command CreateKeygen()
    {
        var key = new Argument<string>("file") { Description = "Where the private key is to be; never over one that is there." };
        var command = new Command("keygen", """
            Makes a publisher's key (ECDSA P-256) and prints its public half, which goes into a *.pem of the folder that publishers: names.
            Keep the private one away from devices.

            Example:
              edge models keygen publisher-key.pem > publishers/our-city.pem
            """)
        { key };
        command.SetAction(parsed => Keygen(parsed.GetRequiredValue(key)));
        return command;
    }

    public static Command Create(Option<string?> models)
    {
        var names = new Argument<string[]>("names") { Description = "The models.", Arity = ArgumentArity.OneOrMore };
        var key = new Option<string>("--key") { Description = "The publisher's private key, as keygen made it.", Required = true };
        var command = new Command("sign", """
            Signs what a model's model.yaml says, the sha256 of its weights included. A device runs no model without the signature of a
            publisher whom it knows.

            Example:
              edge models sign street-320 street-480 --key publisher-key.pem
            """)
        { names, key };
        command.SetAction(parsed => Sign(
            ModelStore.FromEnvironment(parsed.GetValue(models)), parsed.GetRequiredValue(names), parsed.GetRequiredValue(key)));
        return command;
    }

    private static int Keygen(string path)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        using (var file = new StreamWriter(path, options))
            file.WriteLine(key.ExportPkcs8PrivateKeyPem());
        Console.WriteLine(key.ExportSubjectPublicKeyInfoPem());
        Console.Error.WriteLine($"{path} is the private key {Dsse.KeyId(key.ExportSubjectPublicKeyInfo())}; what was printed is its public half.");
        return 0;
    }

    private static int Sign(ModelStore store, string[] names, string path)
    {
        using var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(path));
            foreach (var name in names)
            {
                // Nobody should put a name to weights that are not those.
                var model = store.Find(name);
                ModelSignatures.Sign(store.FolderOf(name), key);
                Console.WriteLine($"{name}: signed, {model.WeightsPath} is what it names.");
            }

            return 0;
        }
        catch (Exception unusable) when (unusable is CryptographicException or ArgumentException)
        {
            return Refuse.With($"{path}: is no private key in PEM. `edge models keygen` makes one.");
        }
    }
}
