using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Enrolment;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Sink.Tests.Enrolment;

/// <summary>The sink's own authority and what it certifies.</summary>
public sealed class CertificateAuthorityTests
{
    private const string ServerUse = "1.3.6.1.5.5.7.3.1", ClientUse = "1.3.6.1.5.5.7.3.2";

    private readonly string _folder = Path.Combine(TestPaths.NewFolder(), "authority");

    [Fact]
    public void It_is_made_once_and_is_the_same_after_a_restart()
    {
        using var first = Open();
        using var again = Open();

        Assert.Equal(first.Certificate.RawData, again.Certificate.RawData);
        Assert.Equal(ClaimCode.PinOf(again.Certificate.PublicKey.ExportSubjectPublicKeyInfo()), again.Pin);
        Assert.False(again.Certificate.HasPrivateKey);
        var constraints = Assert.Single(first.Certificate.Extensions.OfType<X509BasicConstraintsExtension>());
        Assert.Equal((true, true, 0), (constraints.CertificateAuthority, constraints.HasPathLengthConstraint, constraints.PathLengthConstraint));
        Assert.Equal(10, first.Certificate.NotAfter.Year - TimeProvider.System.GetUtcNow().Year);
    }

    [Fact]
    public async Task Of_many_that_make_it_at_once_all_get_the_same_and_nothing_else_is_left()
    {
        const int rounds = 30, askers = 4;
        for (var round = 0; round < rounds; round++)
        {
            var folder = Path.Combine(_folder, $"{round}");
            using var together = new Barrier(askers);
            var pins = await Task.WhenAll(Enumerable.Range(0, askers).Select(_ => Task.Factory.StartNew(
                () =>
                {
                    together.SignalAndWait();
                    using var authority = CertificateAuthority.OpenOrMake(folder, TimeProvider.System);
                    return authority.Pin;
                },
                CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

            Assert.Single(pins.Distinct());
            Assert.Equal(2, Directory.EnumerateFiles(folder).Count());
        }
    }

    [Fact]
    public void Its_keys_are_for_their_owner_alone_and_are_refused_where_others_may_read_them()
    {
        Open().Dispose();
        CommandKey.OpenOrMake(_folder).Dispose();
        foreach (var file in (string[])[CertificateAuthority.KeyFileName, CommandKey.FileName])
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_folder, file)));

        File.SetUnixFileMode(Path.Combine(_folder, CertificateAuthority.KeyFileName), UnixFileMode.UserRead | UnixFileMode.GroupRead);

        Assert.Contains("chmod 600", Assert.Throws<AuthorityException>(() => Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_is_certified_as_a_client_under_its_name_and_as_nothing_else()
    {
        using var authority = Open();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        using var certificate = authority.IssueDevice(TestSignatures.SigningRequest("edge-01", key), "edge-01", TimeSpan.FromDays(7));

        Assert.True(Holds(certificate, authority, ClientUse, out var problem), problem);
        Assert.False(Holds(certificate, authority, ServerUse, out _));
        Assert.Equal("CN=edge-01", certificate.Subject);
        Assert.Equal(key.ExportSubjectPublicKeyInfo(), certificate.PublicKey.ExportSubjectPublicKeyInfo());
        Assert.InRange(certificate.NotAfter - TimeProvider.System.GetLocalNow().DateTime, TimeSpan.FromDays(6.9), TimeSpan.FromDays(7.1));
        using var other = CertificateAuthority.OpenOrMake(Path.Combine(TestPaths.NewFolder(), "other"), TimeProvider.System);
        Assert.False(Holds(certificate, other, ClientUse, out _));
    }

    [Fact]
    public void A_server_is_certified_under_names_and_addresses_and_the_sink_as_a_client()
    {
        using var authority = Open();

        using var server = authority.IssueServer(["broker.example", "192.0.2.7", "::1"], TimeSpan.FromDays(365));
        using var client = authority.IssueClient("sink", TimeSpan.FromDays(365));

        Assert.True(Holds(server, authority, ServerUse, out var problem), problem);
        Assert.True(server.MatchesHostname("broker.example") && server.MatchesHostname("192.0.2.7") && !server.MatchesHostname("sink.example"));
        Assert.True(Holds(client, authority, ClientUse, out problem), problem);
        Assert.True(server.HasPrivateKey && client.HasPrivateKey);
        Assert.Throws<ArgumentException>(() => authority.IssueServer([], TimeSpan.FromDays(1)));
        Assert.Throws<ArgumentException>(() => authority.IssueServer(["*.example"], TimeSpan.FromDays(1)));
        Assert.Throws<ArgumentException>(() => authority.IssueServer(["a b"], TimeSpan.FromDays(1)));
        Assert.Throws<ArgumentException>(() => authority.IssueClient("CN=x,O=y", TimeSpan.FromDays(1)));
    }

    [Fact]
    public void The_revocation_list_names_what_is_revoked()
    {
        using var authority = Open();
        using var revoked = authority.IssueClient("edge-01", TimeSpan.FromDays(7));
        using var good = authority.IssueClient("edge-02", TimeSpan.FromDays(7));

        var list = CertificateRevocationListBuilder.Load(
            authority.RevocationList([(revoked.SerialNumberBytes.ToArray(), TimeProvider.System.GetUtcNow())], TimeSpan.FromDays(30)), out _);

        Assert.True(list.RemoveEntry(revoked.SerialNumberBytes.Span));
        Assert.False(list.RemoveEntry(good.SerialNumberBytes.Span));
    }

    [Fact]
    public void What_is_damaged_or_missing_is_said_with_what_to_do()
    {
        using var before = Open();
        var (key, certificate) = (Path.Combine(_folder, CertificateAuthority.KeyFileName), Path.Combine(_folder, CertificateAuthority.CertificateFileName));
        var good = File.ReadAllText(key);

        File.WriteAllText(key, good[..60]);
        Assert.Contains("is damaged", Assert.Throws<AuthorityException>(() => Open()).Message, StringComparison.Ordinal);
        using (var other = ECDsa.Create(ECCurve.NamedCurves.nistP256))
            File.WriteAllText(key, other.ExportPkcs8PrivateKeyPem());
        Assert.Contains("is not of the key", Assert.Throws<AuthorityException>(() => Open()).Message, StringComparison.Ordinal);
        File.Delete(key);
        Assert.Contains("Put the key back from a backup", Assert.Throws<AuthorityException>(() => Open()).Message, StringComparison.Ordinal);

        // As after a loss of power between the two.
        File.WriteAllText(key, good);
        File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.Delete(certificate);
        using var again = Open();
        Assert.Equal(before.Pin, again.Pin);
    }

    [Theory]
    [InlineData("other name", "its subject is not CN=edge-01.")]
    [InlineData("more names", "its subject is not CN=edge-01.")]
    [InlineData("P-384", "the key is not one of ECDSA P-256.")]
    [InlineData("RSA", "the key is not one of ECDSA P-256.")]
    [InlineData("other signature", "it is no PKCS #10 request that is signed by its own key.")]
    [InlineData("something behind it", "it is no PKCS #10 request that is signed by its own key.")]
    [InlineData("nothing", "it is no PKCS #10 request that is signed by its own key.")]
    [InlineData("a certificate", "it is no PKCS #10 request that is signed by its own key.")]
    public void A_signing_request_that_is_not_good_is_refused(string kind, string expected)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var large = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var rsa = RSA.Create(2048);
        var good = TestSignatures.SigningRequest("edge-01", key);
        byte[] request = kind switch
        {
            "other name" => TestSignatures.SigningRequest("edge-02", key),
            "more names" => TestSignatures.SigningRequest("edge-01,O=sink", key),
            "P-384" => TestSignatures.SigningRequest("edge-01", large),
            "RSA" => new CertificateRequest("CN=edge-01", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSigningRequest(),
            "other signature" => [.. good[..^1], (byte)(good[^1] ^ 1)],
            "something behind it" => [.. good, 0],
            "a certificate" => new CertificateRequest("CN=edge-01", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(90)).RawData,
            _ => [],
        };

        Assert.True(SigningRequest.TryRead(good, "edge-01", out _, out _));
        Assert.False(SigningRequest.TryRead(request, "edge-01", out var read, out var fault));

        Assert.Null(read);
        Assert.Equal(expected, fault);
    }

    private CertificateAuthority Open() => CertificateAuthority.OpenOrMake(_folder, TimeProvider.System);

    private static bool Holds(X509Certificate2 certificate, CertificateAuthority authority, string use, out string problem)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority.Certificate);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(use));
        var holds = chain.Build(certificate);
        problem = string.Join("; ", chain.ChainStatus.Select(status => status.StatusInformation));
        return holds;
    }
}
