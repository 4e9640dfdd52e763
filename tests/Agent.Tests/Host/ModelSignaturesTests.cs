using System.Security.Cryptography;
using SocialCredit.Edge.Agent.Tests.Inference;
using SocialCredit.Edge.Host;
using SocialCredit.Edge.Inference;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Host;

/// <summary>A device runs only models that a publisher signed whom it knows, with the weights that were signed.</summary>
public sealed class ModelSignaturesTests
{
    private readonly string _models = TestPaths.NewFolder();

    public ModelSignaturesTests() => TestModels.WriteFolder(_models, "small");

    private string Manifest => Path.Combine(_models, "small", ModelManifest.FileName);

    [Fact]
    public void Every_model_that_comes_with_the_program_is_signed_by_the_publisher_that_comes_with_it()
    {
        var manifests = Directory.GetFiles(TestModels.Folder, ModelManifest.FileName, SearchOption.AllDirectories);

        Assert.True(manifests.Length >= 4);
        Assert.All(manifests, new ModelSignatures(null).Demand);
    }

    [Fact]
    public void A_publisher_of_ones_own_is_taken_where_the_configuration_names_it()
    {
        var (key, publishers) = Publisher();
        ModelSignatures.Sign(Path.GetDirectoryName(Manifest)!, key);

        new ModelSignatures(publishers).Demand(Manifest);
        var refusal = Assert.Throws<ModelException>(() => new ModelSignatures(null).Demand(Manifest));
        Assert.Contains("none of its signers is a publisher known here", refusal.Message);
    }

    [Fact]
    public void A_model_without_signature_is_refused_with_what_to_do()
    {
        var refusal = Assert.Throws<ModelException>(() => new ModelSignatures(null).Demand(Manifest));

        Assert.Equal(
            $"{Manifest}: nobody has signed it, there is no model.yaml.sig. Put back the files as they were published; "
            + "or sign it with `edge models sign` and put the public key among publishers:.", refusal.Message);
    }

    [Fact]
    public void A_manifest_that_was_changed_afterwards_is_refused()
    {
        var (key, publishers) = Publisher();
        ModelSignatures.Sign(Path.GetDirectoryName(Manifest)!, key);
        File.AppendAllText(Manifest, "notes: other weights\n");

        var refusal = Assert.Throws<ModelException>(() => new ModelSignatures(publishers).Demand(Manifest));
        Assert.Contains("it was changed after it was signed", refusal.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense\n\n \n")]
    [InlineData("kid sig more\n")]
    public void A_signature_file_of_rubbish_is_no_signature(string text)
    {
        File.WriteAllText(Path.Combine(_models, "small", ModelSignatures.FileName), text);

        Assert.Throws<ModelException>(() => new ModelSignatures(null).Demand(Manifest));
    }

    [Fact]
    public void A_key_that_comes_with_the_model_is_nobodys()
    {
        var (key, publishers) = Publisher();
        ModelSignatures.Sign(Path.GetDirectoryName(Manifest)!, key);
        Directory.Move(publishers, Path.Combine(_models, "publishers"));

        Assert.Throws<ModelException>(() => new ModelSignatures(null).Demand(Manifest));
    }

    [Fact]
    public async Task The_verbs_make_a_key_sign_and_are_taken_by_the_agent()
    {
        var key = Path.Combine(TestPaths.NewFolder(), "publisher-key.pem");
        var (made, printed) = await EdgeProgram.RunAsync("models", "keygen", key);
        var (signed, said) = await EdgeProgram.RunAsync("models", "sign", "small", "--key", key, "--models", _models);

        Assert.True(made == 0 && signed == 0, printed + said);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key));
        Assert.Contains("small: signed", said);
        var publishers = TestPaths.NewFolder();
        await File.WriteAllTextAsync(Path.Combine(publishers, "ours.pem"), printed[..(printed.IndexOf("-----END PUBLIC KEY-----", StringComparison.Ordinal) + 24)], TestContext.Current.CancellationToken);
        new ModelSignatures(publishers).Demand(Manifest);
        var (again, refused) = await EdgeProgram.RunAsync("models", "keygen", key);
        Assert.True(again == 1, refused);
    }

    [Fact]
    public async Task The_agent_does_not_start_with_a_model_that_nobody_signed()
    {
        var config = ShortClip.Write(1, text => text.Replace("    source:", "    model: small\n    source:", StringComparison.Ordinal));

        var (exitCode, printed) = await EdgeProgram.RunAsync("run", "--config", config, "--models", _models);

        Assert.Equal(1, exitCode);
        Assert.Contains("nobody has signed it", printed);
    }

    private static (ECDsa Key, string Folder) Publisher()
    {
        var (key, folder) = (ECDsa.Create(ECCurve.NamedCurves.nistP256), TestPaths.NewFolder());
        File.WriteAllText(Path.Combine(folder, "ours.pem"), key.ExportSubjectPublicKeyInfoPem());
        return (key, folder);
    }
}
