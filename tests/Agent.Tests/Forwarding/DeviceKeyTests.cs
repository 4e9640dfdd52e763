using SocialCredit.Edge.Forwarding;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Forwarding;

public sealed class DeviceKeyTests
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _folder = TestPaths.NewFolder();

    private string Key => Path.Combine(_folder, DeviceKey.FileName);

    [Fact]
    public void A_device_makes_its_key_once_for_its_owner_alone()
    {
        using var first = DeviceKey.OpenOrMake(_folder);
        using var second = DeviceKey.OpenOrMake(_folder);

        Assert.Equal(first.Id, second.Id);
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(Key));
        Assert.StartsWith("-----BEGIN PRIVATE KEY-----", File.ReadAllText(Key), StringComparison.Ordinal);
        Assert.Equal([DeviceKey.FileName], Directory.GetFiles(_folder).Select(path => Path.GetFileName(path)));
    }

    [Fact]
    public void What_it_signs_holds_for_its_public_key()
    {
        using var key = DeviceKey.OpenOrMake(_folder);

        Assert.True(key.Sign(TestManifests.Example with { Key = key.PublicKey }).TryOpen(out _, out var reason), reason);
        Assert.Throws<ArgumentException>(() => key.Sign(TestManifests.Example));
    }

    [Fact]
    public void None_is_made_by_looking() => Assert.Null(DeviceKey.Find(_folder));

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    public void A_key_that_others_may_read_or_change_is_refused(UnixFileMode also)
    {
        DeviceKey.OpenOrMake(_folder).Dispose();
        File.SetUnixFileMode(Key, OwnerOnly | also);

        var refused = Assert.Throws<IOException>(() => DeviceKey.OpenOrMake(_folder));

        Assert.EndsWith($"Run: chmod 600 {Key}", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49AgEG\n-----END PRIVATE KEY-----\n")]
    [InlineData("public")]
    [InlineData("P-384")]
    [InlineData("cut")]
    public void A_damaged_key_is_refused_and_not_replaced(string content)
    {
        using (var made = DeviceKey.OpenOrMake(_folder))
        {
            using var wide = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP384);
            content = content switch
            {
                "public" => TestManifests.ExampleKey.ExportSubjectPublicKeyInfoPem(),
                "P-384" => wide.ExportPkcs8PrivateKeyPem(),
                "cut" => File.ReadAllText(Key)[..90],
                _ => content,
            };
        }

        File.WriteAllText(Key, content);

        var refused = Assert.Throws<IOException>(() => DeviceKey.OpenOrMake(_folder));

        Assert.Contains("is damaged, or no private key of ECDSA P-256", refused.Message, StringComparison.Ordinal);
        Assert.Contains("sink manifest forget", refused.Message, StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllText(Key));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_named()
    {
        var file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "");

        var refused = Assert.Throws<IOException>(() => DeviceKey.OpenOrMake(Path.Combine(file, "state")));

        Assert.Contains("cannot be made", refused.Message, StringComparison.Ordinal);
    }
}
