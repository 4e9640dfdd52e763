using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SocialCredit.Edge.Agent.Tests.Forwarding;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Forwarding;
using SocialCredit.Edge.Host.Enrolling;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Host.Enrolling;

/// <summary>Another key, whole or not at all: the stand-in knows which key is enrolled, as a sink does.</summary>
public sealed class DeviceKeyRotationTests(ITestOutputHelper output) : IAsyncLifetime
{
    private readonly TestAuthority _authority = new();
    private readonly EnrolmentBed _bed = new();
    private readonly Dictionary<string, byte[]> _keys = [];
    private StandInDesk _sink = null!;
    private string _enrolledKey = "";

    public async ValueTask InitializeAsync()
    {
        _sink = new StandInDesk(_authority);
        _sink.Answer = Answer;
        await _bed.EnrolAsync(_sink);
    }

    public async ValueTask DisposeAsync()
    {
        await _sink.DisposeAsync();
        _authority.Dispose();
        _bed.Dispose();
    }

    [Fact]
    public async Task The_old_key_vouches_for_the_new_one_and_goes()
    {
        var before = IdOf();

        var id = await RotateAsync();

        Assert.NotEqual(before, id);
        Assert.Equal((id, id), (IdOf(), _enrolledKey));
        Assert.False(File.Exists(_bed.File(DeviceKey.NextFileName)));
        using var key = DeviceKey.Find(_bed.State)!;
        Assert.Equal(key.PublicKey, DeviceCertificate.Find(_bed.State)!.Key);
    }

    [Fact]
    public async Task A_refusal_leaves_the_old_key_in_force_and_no_other()
    {
        var before = IdOf();
        _sink.Answer = _ => new EnrolmentAnswer { Status = EnrolmentStatus.Refused, Reason = "The device was revoked." };

        var refused = await Assert.ThrowsAsync<SinkException>(RotateAsync);

        Assert.EndsWith("refuses the new key, and the old one stays: The device was revoked.", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, IdOf());
        Assert.False(File.Exists(_bed.File(DeviceKey.NextFileName)));
    }

    [Theory]
    [InlineData("before the sink was asked")]
    [InlineData("when the sink had switched and its answer was lost")]
    [InlineData("when the certificate was kept")]
    public async Task A_loss_of_power_between_two_steps_is_mended_by_going_on(string when)
    {
        DeviceKey.OpenOrMakeNext(_bed.State).Dispose();
        using (var old = DeviceKey.Find(_bed.State)!)
        using (var next = DeviceKey.FindNext(_bed.State)!)
        {
            var (request, signature) = old.HandOver(next, "test-device");
            var asked = _sink.Requests[^1] with { Claim = null, SigningRequest = Convert.ToBase64String(request), OldKeySignature = signature };
            if (when != "before the sink was asked")
            {
                var answer = Answer(asked);
                Assert.Equal(EnrolmentStatus.Approved, answer.Status);
                if (when == "when the certificate was kept")
                    File.WriteAllText(_bed.File("device-certificate.pem"), answer.Certificate);
            }
        }

        using var begun = DeviceKey.FindNext(_bed.State)!;
        var id = await RotateAsync();

        Assert.Equal((begun.Id, begun.Id, begun.Id), (id, IdOf(), _enrolledKey));
    }

    [Fact]
    public async Task A_change_that_is_gone_on_with_while_it_is_under_way_ends_well_for_both()
    {
        var haveBoth = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _sink.BeforeAnswer = () => haveBoth.Task;
        // Both have the keys in hand when they return here; the answer waits.
        Task<string>[] both = [RotateAsync(), RotateAsync()];
        haveBoth.SetResult();

        var ids = await Task.WhenAll(both);

        Assert.Equal([_enrolledKey, _enrolledKey], ids);
        Assert.Equal(_enrolledKey, IdOf());
        Assert.False(File.Exists(_bed.File(DeviceKey.NextFileName)));
    }

    [Fact]
    public async Task However_it_is_killed_there_is_one_whole_key_and_the_next_run_ends_what_was_begun()
    {
        // From before the question is asked to after the answer came.
        int[] delays = [-1, 0, 2, 8];
        foreach (var delay in delays)
        {
            var before = IdOf();
            await using var program = new ChildProcess("SocialCredit.Edge.Host", "edge", "key", "rotate", "--config", _bed.Path);
            var killed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _sink.BeforeAnswer = () => delay < 0 ? killed.Task : Task.CompletedTask;
            var asked = _sink.Requests.Length;
            program.Start();
            await Eventually.TrueAsync(() => _sink.Requests.Length > asked, "it asked");
            if (delay >= 0)
                await Task.Delay(delay, TestContext.Current.CancellationToken);
            await program.KillAsync();
            killed.SetResult();
            _sink.BeforeAnswer = () => Task.CompletedTask;
            var (left, isBegun) = (IdOf(), File.Exists(_bed.File(DeviceKey.NextFileName)));
            output.WriteLine($"killed {(delay < 0 ? "before the answer" : $"{delay} ms after the question")}: {(left == before ? "the old key" : "the new key")} in force, {(isBegun ? "one begun" : "none begun")}");
            Assert.True(isBegun || left != before);

            if (isBegun)
                await RotateAsync();

            Assert.Equal(_enrolledKey, IdOf());
            using var key = DeviceKey.Find(_bed.State)!;
            Assert.Equal(key.PublicKey, DeviceCertificate.Find(_bed.State)!.Key);
        }
    }

    /// <summary>As a sink: the enrolled key again is a renewal, another one needs the enrolled one's signature.</summary>
    private EnrolmentAnswer Answer(EnrolmentRequest request)
    {
        var bytes = Convert.FromBase64String(request.SigningRequest);
        var key = CertificateRequest.LoadSigningRequest(bytes, HashAlgorithmName.SHA256)
            .PublicKey.ExportSubjectPublicKeyInfo();
        var isVouchedFor = _keys.TryGetValue(_enrolledKey, out var enrolled) && request.OldKeySignature is { } signature
            && Dsse.Verify(enrolled, "application/pkcs10", bytes, signature);
        if (request.Claim is null && Dsse.KeyId(key) != _enrolledKey && !isVouchedFor)
            return new EnrolmentAnswer { Status = EnrolmentStatus.Refused, Reason = "The enrolled key did not sign the request." };
        _enrolledKey = Dsse.KeyId(key);
        _keys[_enrolledKey] = key;
        return _sink.Approve(request, TimeProvider.System.GetUtcNow());
    }

    private Task<string> RotateAsync() => new DeviceKeyRotation(_bed.Configuration, _bed.Desk).RunAsync(TestContext.Current.CancellationToken);

    private string IdOf()
    {
        using var key = DeviceKey.Find(_bed.State)!;
        return key.Id;
    }
}
