using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Enrolment;
using SocialCredit.Edge.Sink.Storage;
using SocialCredit.Edge.Sink.Tests.Storage;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Sink.Tests.Enrolment;

/// <summary>What a device is answered, from its claim code to its revocation, and what those are answered who are not the device.</summary>
public sealed class EnrolmentDeskTests : IDisposable
{
    private const string NoSuchClaim = "This claim code is not, or no longer, good for this device. Ask the operator for another: sink device invite.";

    private readonly FakeTimeProvider _time = new(RecordFixtures.Noon);
    private readonly SqliteEventStore _store = new(Path.Combine(TestPaths.NewFolder(), "store.db"));
    private readonly EnrolmentKeys _keys;
    private readonly DeviceBook _devices;
    private readonly EnrolmentDesk _desk;
    private readonly DeviceOffice _office;
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256), _other = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public EnrolmentDeskTests()
    {
        var options = new SinkOptions { Policy = "policy.yaml" };
        var live = new LiveConfiguration(new SinkConfiguration("sink.yaml", options, null!, CalibrationFile.None));
        _keys = new EnrolmentKeys(Path.Combine(TestPaths.NewFolder(), "authority"), _time);
        _devices = new DeviceBook(_store);
        _desk = new EnrolmentDesk(_store, _devices, _keys, live, new EnrolmentDesk.Runtime(_time, NullLogger<EnrolmentDesk>.Instance));
        _office = new DeviceOffice(options, _store, _time);
    }

    [Fact]
    public void A_device_comes_with_its_claim_waits_and_is_certified_once_it_is_approved()
    {
        var claim = Invite();

        Assert.Equal(EnrolmentStatus.Waiting, Ask(claim).Status);
        Assert.Equal(EnrolmentStatus.Waiting, Ask(claim).Status);
        Assert.Equal(2, _store.Enrolled.History("edge-01").Count);
        Assert.Equal("", _office.Approve("edge-01", [], null).Fault);
        var answer = Ask(claim);

        Assert.Equal(EnrolmentStatus.Approved, answer.Status);
        Assert.Equal(["crossing-north"], answer.Zones);
        using var certificate = X509Certificate2.CreateFromPem(answer.Certificate);
        Assert.Equal(("CN=edge-01", _keys.Authority.Certificate.Subject), (certificate.Subject, certificate.Issuer));
        Assert.Equal(_key.ExportSubjectPublicKeyInfo(), certificate.PublicKey.ExportSubjectPublicKeyInfo());
        Assert.Equal(_keys.Authority.Certificate.RawData, X509Certificate2.CreateFromPem(answer.Authority).RawData);
        Assert.Equal(_keys.Command.PublicKeyInfo, Convert.FromBase64String(answer.CommandKey!));
        _devices.Refresh();
        Assert.True(_devices.IsApproved("edge-01", Dsse.KeyId(_key.ExportSubjectPublicKeyInfo())));
    }

    [Fact]
    public void A_claim_is_good_once_for_one_key()
    {
        var claim = Invite();
        Ask(claim);

        Assert.StartsWith("The claim code was used already, by another key.", Reason(Ask(claim, key: _other)), StringComparison.Ordinal);
        _office.Approve("edge-01", [], null);
        Assert.StartsWith("The claim code was used already, by another key.", Reason(Ask(claim, key: _other)), StringComparison.Ordinal);
        Assert.Equal(Dsse.KeyId(_key.ExportSubjectPublicKeyInfo()), _store.Enrolled.Find("edge-01")!.KeyId);
    }

    [Fact]
    public void A_claim_expires_and_is_void_after_ten_wrong_tries_and_none_is_told_apart_from_a_device_that_is_not_invited()
    {
        Assert.Equal(NoSuchClaim, Reason(Ask("0011223344556677")));
        var claim = Invite(TimeSpan.FromHours(2));
        _time.Advance(TimeSpan.FromHours(2.1));
        Assert.StartsWith("The claim code has expired.", Reason(Ask(claim)), StringComparison.Ordinal);

        claim = Invite();
        for (var i = 0; i < EnrolmentDesk.WrongClaimsMax - 1; i++)
            Assert.Equal(NoSuchClaim, Reason(Ask("0011223344556677")));
        Assert.NotNull(_store.Enrolled.Find("edge-01")!.ClaimHash);
        Assert.Equal(NoSuchClaim, Reason(Ask("0011223344556677")));

        Assert.Equal(NoSuchClaim, Reason(Ask(claim)));
        Assert.Equal(DeviceState.Invited, _store.Enrolled.Find("edge-01")!.State);
        Assert.Equal(EnrolmentStatus.Waiting, Ask(Invite()).Status);
    }

    [Fact]
    public void A_claim_for_one_device_is_none_for_another_nor_for_a_request_under_another_name()
    {
        var claim = Invite();
        _office.Invite("edge-02", [], null, ("other", TimeSpan.FromHours(1)));

        Assert.Equal(NoSuchClaim, Reason(Ask(claim, device: "edge-02")));
        Assert.Equal(
            "The signing request is not good: its subject is not CN=edge-01.",
            Reason(Ask(Asking(claim) with { SigningRequest = Convert.ToBase64String(TestSignatures.SigningRequest("edge-02", _key)) })));
        Assert.Equal("The signing request is not good: it is not base64.", Reason(Ask(Asking(claim) with { SigningRequest = "***" })));
        Assert.Equal("This name is reserved; give the device another.", Reason(Ask(TestSignatures.Asking("simulated-city", _key, claim))));
        Assert.Equal(EnrolmentStatus.Waiting, Ask(claim).Status);
    }

    [Fact]
    public void Another_site_than_the_invitation_says_is_refused_and_the_claim_stays_good()
    {
        Assert.Null(_office.Invite("edge-01", ["crossing-north"], "plaza-9", ("secret", TimeSpan.FromHours(1))));

        Assert.Equal("The device's configuration names another site (plaza-7) than the invitation (plaza-9).", Reason(Ask("secret")));
        Assert.Equal(EnrolmentStatus.Waiting, Ask(Asking("secret") with { Site = "plaza-9" }).Status);
    }

    [Fact]
    public void A_certificate_is_renewed_by_the_key_alone_also_long_after_it_is_over()
    {
        var first = Enrol();
        Assert.Equal(first, Renew().Certificate);

        _time.Advance(TimeSpan.FromDays(3.5));
        var renewed = Renew().Certificate;
        Assert.NotEqual(first, renewed);
        _time.Advance(TimeSpan.FromDays(400));
        using var late = X509Certificate2.CreateFromPem(Renew().Certificate);

        Assert.InRange(late.NotAfter.ToUniversalTime(), _time.GetUtcNow().AddDays(6.9).UtcDateTime, _time.GetUtcNow().AddDays(7.1).UtcDateTime);
    }

    [Fact]
    public void A_device_that_asks_all_the_time_gets_the_same_certificate_and_fills_no_store()
    {
        var first = Enrol();

        Assert.All(Enumerable.Range(0, 50), _ => Assert.Equal(first, Renew().Certificate));

        _office.Revoke("edge-01");
        Assert.Single(_store.Enrolled.RevokedCertificates(_time.GetUtcNow()));
    }

    [Fact]
    public void Another_key_is_taken_only_where_the_enrolled_one_signed_for_it()
    {
        Enrol();
        var request = Asking(null, key: _other);
        var bytes = Convert.FromBase64String(request.SigningRequest);
        const string refused = "The key is not the one that is enrolled, and the enrolled one did not sign the request for it.";

        Assert.Equal(refused, Reason(Ask(request)));
        Assert.Equal(refused, Reason(Ask(request with { OldKeySignature = Dsse.Sign(_other, SigningRequest.SignedType, bytes) })));
        Assert.Equal(refused, Reason(Ask(request with { OldKeySignature = Dsse.Sign(_key, EventRecord.SignedType, bytes) })));
        var signed = request with { OldKeySignature = Dsse.Sign(_key, SigningRequest.SignedType, bytes) };
        Assert.Equal(EnrolmentStatus.Approved, Ask(signed).Status);
        Assert.Equal(EnrolmentStatus.Approved, Ask(signed).Status);

        Assert.Equal(refused, Reason(Renew()));
        Assert.True(_devices.IsApproved("edge-01", Dsse.KeyId(_other.ExportSubjectPublicKeyInfo())));
        Assert.Equal("a new key, signed by the one before", _store.Enrolled.History("edge-01")[0].Change);
    }

    [Fact]
    public void A_revoked_device_is_refused_until_it_is_invited_anew_and_its_key_approved_by_name()
    {
        Enrol();
        Assert.Null(_office.Revoke("edge-01"));

        Assert.StartsWith("The device was revoked.", Reason(Renew()), StringComparison.Ordinal);
        Assert.Contains("To begin anew: sink device invite edge-01", _office.Approve("edge-01", [], null).Fault, StringComparison.Ordinal);
        Assert.Single(_store.Enrolled.RevokedCertificates(_time.GetUtcNow()));

        Ask(Invite());
        var keyId = Dsse.KeyId(_key.ExportSubjectPublicKeyInfo());
        Assert.Contains($"was revoked before. If it never left the device, say so: sink device approve edge-01 --key-id {keyId}", _office.Approve("edge-01", [], null).Fault, StringComparison.Ordinal);
        Assert.Equal("", _office.Approve("edge-01", [], keyId).Fault);

        // Not the one from before, which stays revoked.
        Assert.DoesNotContain(X509Certificate2.CreateFromPem(Renew().Certificate).SerialNumber, _store.Enrolled.RevokedCertificates(_time.GetUtcNow()).Select(one => one.SerialNumber));
    }

    [Fact]
    public void Who_was_never_enrolled_is_told_what_it_needs()
    {
        Assert.Equal("The device is not enrolled here. It needs a claim code: sink device invite.", Reason(Renew()));
        Invite();
        Assert.Equal("The device is not enrolled here. It needs a claim code: sink device invite.", Reason(Renew()));
        Assert.Null(_desk.Take("{}"u8, "here"));
        Assert.Null(_desk.Take(new byte[EnrolmentRequest.BytesMax + 1], "here"));
    }

    public void Dispose()
    {
        _store.Dispose();
        _keys.Dispose();
        _key.Dispose();
        _other.Dispose();
    }

    private string Invite(TimeSpan? goodFor = null)
    {
        var code = ClaimCode.Make(_keys.Authority.Certificate.PublicKey.ExportSubjectPublicKeyInfo());
        Assert.Null(_office.Invite("edge-01", ["crossing-north"], null, (code.Secret, goodFor ?? TimeSpan.FromDays(1))));
        return code.Secret;
    }

    private string Enrol()
    {
        Ask(Invite());
        Assert.Equal("", _office.Approve("edge-01", [], null).Fault);
        return Renew().Certificate!;
    }

    private EnrolmentRequest Asking(string? claim, string device = "edge-01", ECDsa? key = null) => TestSignatures.Asking(device, key ?? _key, claim);

    private EnrolmentAnswer Ask(string? claim, string device = "edge-01", ECDsa? key = null) => Ask(Asking(claim, device, key));

    private EnrolmentAnswer Renew() => Ask(Asking(null));

    private EnrolmentAnswer Ask(EnrolmentRequest request) => _desk.Take(request.Encode(), "here")!;

    private static string Reason(EnrolmentAnswer answer)
    {
        Assert.Equal(EnrolmentStatus.Refused, answer.Status);
        Assert.Null(answer.Certificate);
        return answer.Reason!;
    }
}
