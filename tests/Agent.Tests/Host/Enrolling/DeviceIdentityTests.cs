using Microsoft.Extensions.Time.Testing;
using SocialCredit.Edge.Agent.Tests.Forwarding;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Forwarding;
using SocialCredit.Edge.Host.Enrolling;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Host.Enrolling;

/// <summary>A certificate renews itself for as long as there is a key: time passes by hand, the server is a real one.</summary>
public sealed class DeviceIdentityTests : IAsyncLifetime
{
    private static readonly TimeSpan Life = TimeSpan.FromDays(7);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 22, 9, 0, 0, TimeSpan.Zero));
    private readonly TestAuthority _authority = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly EnrolmentBed _bed;
    private readonly StandInDesk _sink;
    private DeviceIdentity? _identity;
    private Task _running = Task.CompletedTask;

    public DeviceIdentityTests()
    {
        _bed = new EnrolmentBed(_time);
        _sink = new StandInDesk(_authority);
        _sink.Answer = request => _sink.Approve(request, _time.GetUtcNow(), Life);
    }

    private DeviceCertificate Certificate => DeviceCertificate.Find(_bed.State)!;

    public async ValueTask InitializeAsync() => await _bed.EnrolAsync(_sink);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _identity?.Dispose();
        await _sink.DisposeAsync();
        _authority.Dispose();
        _bed.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public async Task A_certificate_is_renewed_at_half_of_its_life_and_the_new_one_at_half_of_its_own()
    {
        var first = Certificate;
        Start();
        _time.Advance(Life * 0.49);
        Assert.Single(_sink.Requests);

        await PassAsync(TimeSpan.FromMinutes(30), () => Certificate != first, "it was renewed");
        Assert.InRange(_time.GetUtcNow() - first.From, Life * 0.5, Life * 0.65);
        Assert.Null(_sink.Requests[^1].Claim);

        var second = Certificate;
        await PassAsync(TimeSpan.FromHours(1), () => Certificate != second, "and again");
        await PassAsync(TimeSpan.Zero, () => _bed.Log.Count("The device's certificate was renewed, until") == 2, "it was said twice");
    }

    [Fact]
    public async Task One_that_has_expired_is_renewed_at_the_start_since_the_key_is_the_proof()
    {
        var first = Certificate;
        _time.Advance(Life * 5);

        Start();

        await PassAsync(TimeSpan.Zero, () => Certificate != first, "it was renewed");
    }

    [Fact]
    public async Task A_sink_that_is_away_is_asked_again_until_it_is_there_and_that_is_said_once()
    {
        var port = _sink.Sink.Port;
        var first = Certificate;
        await _sink.DisposeAsync();
        _time.Advance(Life);
        Start();
        for (var minute = 0; minute < 90; minute++)
            await PassAsync(TimeSpan.FromMinutes(1), () => _bed.Log.Count("was not renewed") > 0, "it was said");

        await using var back = new StandInDesk(_authority, port: port);
        back.Answer = request => back.Approve(request, _time.GetUtcNow(), Life);

        await PassAsync(TimeSpan.FromMinutes(10), () => Certificate != first, "it was renewed");
        Assert.Equal(1, _bed.Log.Count("The device's certificate was not renewed"));
    }

    [Fact]
    public async Task On_a_full_disk_nothing_is_asked_for_and_soon_after_there_is_room_it_is()
    {
        var first = Certificate;
        // As a full disk: the folder takes no file.
        var obstacle = Directory.CreateDirectory(_bed.File(".room"));
        _time.Advance(Life);
        Start();
        await PassAsync(TimeSpan.FromMinutes(1), () => _bed.Log.Count("was not renewed") == 1, "it was said");
        for (var hour = 0; hour < 24; hour++)
            await PassAsync(TimeSpan.FromHours(1), () => true, "time passes");
        Assert.Single(_sink.Requests);

        obstacle.Delete();

        for (var second = 0; second < 20; second++)
            await PassAsync(TimeSpan.FromSeconds(1), () => true, "time passes");
        await PassAsync(TimeSpan.Zero, () => Certificate != first, "it was renewed within 20 s");
        Assert.Equal(1, _bed.Log.Count("was not renewed"));
    }

    [Fact]
    public async Task A_device_that_was_revoked_says_so_and_takes_up_a_new_enrolment()
    {
        _sink.Answer = _ => new EnrolmentAnswer { Status = EnrolmentStatus.Refused, Reason = "The device was revoked." };
        _time.Advance(Life);
        Start();
        await PassAsync(TimeSpan.FromMinutes(1), () => _bed.Log.Count("gives this device no certificate (The device was revoked.)") == 1, "it was said");

        _sink.Answer = request => _sink.Approve(request, _time.GetUtcNow(), Life);
        var before = _sink.Requests.Length;
        await _bed.EnrolAsync(_sink);

        Assert.NotNull(_sink.Requests[before].Claim);
        Assert.True(Certificate.Until > _time.GetUtcNow());
        Assert.False(_running.IsCompleted);
    }

    [Fact]
    public async Task What_a_broker_refuses_is_renewed_at_once_but_not_again_and_again()
    {
        var first = Certificate;
        Start();
        _identity!.Renew();
        await PassAsync(TimeSpan.FromMinutes(1), () => Certificate != first, "it was renewed");

        _identity.Renew();
        for (var minute = 0; minute < 60; minute++)
            await PassAsync(TimeSpan.FromMinutes(1), () => true, "time passes");

        Assert.Equal(2, _sink.Requests.Length);
    }

    [Fact]
    public async Task A_key_that_was_changed_beside_the_agent_is_taken_up()
    {
        var changed = "";
        Start();
        _identity!.KeyChanged = key => changed = key.Id;

        var id = await new DeviceKeyRotation(_bed.Configuration, _bed.Desk).RunAsync(TestContext.Current.CancellationToken);

        await PassAsync(TimeSpan.FromMinutes(1), () => changed == id, "it was taken up");
        Assert.Equal((id, Certificate.Key), (_identity.Key.Id, _identity.Key.PublicKey));
    }

    [Fact]
    public async Task A_key_that_a_command_changes_is_asked_for_once_and_in_force_at_the_end()
    {
        var (isHeard, mayAnswer) = (new TaskCompletionSource(), new TaskCompletionSource());
        var (changed, asked) = ("", _sink.Requests.Length);
        Start();
        _identity!.KeyChanged = key => changed = key.Id;
        _sink.BeforeAnswer = () =>
        {
            isHeard.TrySetResult();
            return mayAnswer.Task;
        };

        var rotation = _identity.RotateAsync(TestContext.Current.CancellationToken);
        await isHeard.Task;
        // It is due to be gone on with, and is under way already.
        for (var minute = 0; minute < 10; minute++)
            await PassAsync(TimeSpan.FromMinutes(1), () => true, "time passes");
        mayAnswer.SetResult();
        var id = await rotation;

        Assert.Equal((id, id), (_identity.Key.Id, changed));
        await PassAsync(TimeSpan.FromMinutes(1), () => Certificate.Key == _identity.Key.PublicKey, "its certificate is there");
        Assert.Equal(asked + 1, _sink.Requests.Length);
    }

    [Fact]
    public async Task A_change_of_the_key_that_was_begun_is_gone_on_with_at_the_start()
    {
        DeviceKey.OpenOrMakeNext(_bed.State).Dispose();
        using var next = DeviceKey.FindNext(_bed.State)!;

        Start();

        await PassAsync(TimeSpan.FromMinutes(1), () => _identity!.Key.Id == next.Id, "the new key is in force");
        Assert.Equal(1, _bed.Log.Count($"The device has the new key {next.Id}"));
        Assert.False(new DeviceKeyRotation(_bed.Configuration, _bed.Desk).IsBegun);
    }

    private void Start()
    {
        _identity = new DeviceIdentity(_bed.Configuration, _time, _bed.Log);
        _running = _identity.RunAsync(_stop.Token);
    }

    private Task PassAsync(TimeSpan step, Func<bool> until, string what) => Eventually.TrueAsync(
        () =>
        {
            _time.Advance(step);
            return until();
        },
        what);
}
