using System.Security.Authentication;
using SocialCredit.Edge.Agent.Tests.Forwarding;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Forwarding;
using SocialCredit.Edge.Host.Enrolling;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Host.Enrolling;

/// <summary>How a device comes into a sink's register, against a real TLS server with a private authority.</summary>
public sealed class DeviceEnrolmentTests : IDisposable
{
    private readonly TestAuthority _authority = new();
    private readonly EnrolmentBed _bed = new();

    public void Dispose()
    {
        _authority.Dispose();
        _bed.Dispose();
    }

    [Fact]
    public async Task A_device_waits_for_the_operator_and_keeps_what_was_approved_for_its_owner_alone()
    {
        await using var sink = new StandInDesk(_authority);
        sink.Answer = request => sink.Requests.Length < 3 ? new EnrolmentAnswer { Status = EnrolmentStatus.Waiting } : sink.Approve(request, Now);

        var enrolled = await _bed.EnrolAsync(sink);

        using var key = DeviceKey.Find(_bed.State)!;
        Assert.Equal((sink.Sink, "a2V5", "broker.example", 8883), (enrolled.Sink, enrolled.CommandKey, enrolled.BrokerHost, enrolled.BrokerPort));
        Assert.Equal(enrolled with { Zones = [] }, EnrolledSink.Find(_bed.State)! with { Zones = [] });
        Assert.Equal(["test-zone"], enrolled.Zones);
        Assert.Equal(key.PublicKey, DeviceCertificate.Find(_bed.State)!.Key);
        Assert.Equal(_authority.Pem, File.ReadAllText(_bed.File("authority.pem")));
        Assert.All(Directory.GetFiles(_bed.State), file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
        Assert.Contains(_bed.Said, line => line.Contains($"Compare the key id with what the operator sees: {key.Id}", StringComparison.Ordinal));
        var asked = sink.Requests[^1];
        Assert.Equal(("test-device", "test-site", sink.Claim.Secret), (asked.Device, asked.Site, asked.Claim));
    }

    [Fact]
    public async Task Once_more_with_the_same_code_does_no_harm()
    {
        await using var sink = new StandInDesk(_authority);
        sink.Answer = request => sink.Approve(request, Now);
        await _bed.EnrolAsync(sink);
        using var before = DeviceKey.Find(_bed.State)!;

        await _bed.EnrolAsync(sink);

        using var after = DeviceKey.Find(_bed.State)!;
        Assert.Equal(before.Id, after.Id);
    }

    [Fact]
    public async Task Nothing_is_told_to_a_sink_of_another_authority_than_the_codes()
    {
        using var other = new TestAuthority("other");
        await using var sink = new StandInDesk(_authority);

        var refused = await Assert.ThrowsAsync<SinkException>(() => _bed.EnrolAsync(sink, new ClaimCode("0011223344556677", other.Pin)));

        Assert.Contains("has another authority than the one that the code names", refused.Message, StringComparison.Ordinal);
        Assert.Empty(sink.Requests);
    }

    [Fact]
    public async Task Somebody_in_between_who_shows_the_right_authority_is_told_nothing_either()
    {
        using var own = new TestAuthority("right");
        await using var between = new StandInDesk(_authority, proves: own);

        var refused = await Assert.ThrowsAsync<SinkException>(() => _bed.EnrolAsync(between));

        Assert.Contains("is not of the authority that this device knows", refused.Message, StringComparison.Ordinal);
        Assert.Empty(between.Requests);
    }

    [Fact]
    public async Task A_sink_of_an_older_TLS_is_told_nothing()
    {
        await using var sink = new StandInDesk(_authority, protocol: SslProtocols.Tls12);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _bed.EnrolAsync(sink, patience: TimeSpan.FromMilliseconds(300)));

        Assert.Empty(sink.Requests);
        Assert.Contains(_bed.Said, line => line.Contains("Trying again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_sink_that_is_not_there_yet_is_waited_for()
    {
        var port = FreePort.Take();
        var absent = new StandInDesk(_authority, port: port);
        await absent.DisposeAsync();
        var enrolling = _bed.EnrolAsync(absent);
        await Eventually.TrueAsync(() => _bed.Said.ToArray().Any(line => line.Contains("cannot be reached", StringComparison.Ordinal)), "it said so");

        await using var sink = new StandInDesk(_authority, port: port);
        sink.Answer = request => sink.Approve(request, Now);

        Assert.Equal(sink.Sink, (await enrolling).Sink);
        Assert.Single(_bed.Said, line => line.Contains("cannot be reached", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_refusal_is_said_in_the_sinks_words()
    {
        await using var sink = new StandInDesk(_authority);
        sink.Answer = _ => new EnrolmentAnswer { Status = EnrolmentStatus.Refused, Reason = "The claim code has expired." };

        var refused = await Assert.ThrowsAsync<SinkException>(() => _bed.EnrolAsync(sink));

        Assert.EndsWith("refuses this device: The claim code has expired.", refused.Message, StringComparison.Ordinal);
        Assert.Null(EnrolledSink.Find(_bed.State));
    }

    [Fact]
    public async Task A_refusal_in_words_that_a_terminal_would_obey_is_not_repeated()
    {
        await using var sink = new StandInDesk(_authority);
        sink.Answer = _ => new EnrolmentAnswer { Status = EnrolmentStatus.Refused, Reason = "The claim code has expired.\u001b[2J" };

        var refused = await Assert.ThrowsAsync<SinkException>(() => _bed.EnrolAsync(sink));

        Assert.DoesNotContain('\u001b', refused.Message);
        Assert.Null(EnrolledSink.Find(_bed.State));
    }

    [Theory]
    [InlineData("another device", "the certificate is of another device")]
    [InlineData("another key", "the certificate is of another key")]
    [InlineData("another authority", "its authority has not signed the certificate")]
    [InlineData("another authority in the answer", "its answer names another authority")]
    [InlineData("nonsense", "the certificate cannot be read")]
    public async Task An_approval_that_does_not_fit_is_not_kept(string what, string reason)
    {
        using var other = new TestAuthority("other");
        using var stranger = DeviceKey.OpenOrMake(TestPaths.NewFolder());
        await using var sink = new StandInDesk(_authority);
        sink.Answer = request => what switch
        {
            "another device" => sink.Approve(request, Now, device: "device-2"),
            "another key" => sink.Approve(request with { SigningRequest = Convert.ToBase64String(stranger.SigningRequest("test-device")) }, Now),
            "another authority" => sink.Approve(request, Now) with { Certificate = other.Device(Convert.FromBase64String(request.SigningRequest), Now, Now.AddDays(1)) },
            "another authority in the answer" => sink.Approve(request, Now) with { Authority = other.Pem },
            _ => sink.Approve(request, Now) with { Certificate = "-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----\n" },
        };

        var refused = await Assert.ThrowsAsync<SinkException>(() => _bed.EnrolAsync(sink));

        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_bed.File("device-certificate.pem")) || File.Exists(_bed.File("enrolment.json")));
    }

    [Theory]
    [InlineData("http://192.0.2.7:8080", "would be asked in plain text")]
    [InlineData("mqtt://192.0.2.7", "is not the address of a sink")]
    [InlineData("https://sink.example:8443", null)]
    [InlineData("http://127.0.0.1:8080", null)]
    public void A_sink_is_asked_by_HTTPS_or_on_this_machine(string address, string? problem)
    {
        Assert.Equal(problem is null, SinkLink.ProblemOf(new Uri(address)) is null);
        Assert.Contains(problem ?? "", SinkLink.ProblemOf(new Uri(address)) ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_command_says_what_is_mistyped_and_what_comes_next()
    {
        await using var sink = new StandInDesk(_authority);
        sink.Answer = request => sink.Approve(request, Now);
        var code = sink.Claim.ToString();
        string[] verb = ["enrol", "--config", _bed.Path, "--sink", sink.Sink.ToString(), "--claim"];

        var (mistypedCode, mistyped) = await EdgeProgram.RunAsync([.. verb, (code[0] == '1' ? "2" : "1") + code[1..]]);
        var (doneCode, done) = await EdgeProgram.RunAsync([.. verb, code]);

        Assert.Equal(2, mistypedCode);
        Assert.Contains("The code is mistyped", mistyped, StringComparison.Ordinal);
        Assert.True(doneCode == 0, done);
        Assert.Contains("broker: {host: broker.example, port: 8883, tls: {}}", done, StringComparison.Ordinal);
        Assert.DoesNotContain(sink.Claim.Secret, done, StringComparison.Ordinal);
    }

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();
}
