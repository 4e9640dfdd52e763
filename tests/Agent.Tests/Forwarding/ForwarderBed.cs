using SocialCredit.Edge.Forwarding;

namespace SocialCredit.Edge.Agent.Tests.Forwarding;

/// <summary>An outbox and a forwarder that runs until the bed is disposed.</summary>
internal sealed class ForwarderBed : IAsyncDisposable
{
    private readonly OutboxBed _outboxBed = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly MqttForwarder _forwarder;
    private readonly Task _running;

    public ForwarderBed(
        int port, Func<BrokerOptions, BrokerOptions>? broker = null, ForwardingOptions? options = null,
        SignedManifests? manifests = null, Action<ForwarderBed>? before = null, DeviceMail? mail = null)
    {
        Outbox = _outboxBed.Open();
        before?.Invoke(this);
        var toBroker = new BrokerOptions { Device = Records.Device, Host = "127.0.0.1", Port = port };
        _forwarder = new MqttForwarder(Outbox, broker?.Invoke(toBroker) ?? toBroker, options ?? Quick, TimeProvider.System, _outboxBed.Log)
        {
            Manifests = manifests ?? SignedManifests.None,
            Mail = mail,
        };
        _running = _forwarder.RunAsync(_stop.Token);
    }

    /// <summary>Reconnects at once and never sends again by itself.</summary>
    public static ForwardingOptions Quick { get; } = new()
    {
        ReconnectDelay = TimeSpan.FromMilliseconds(20),
        ReconnectDelayMax = TimeSpan.FromMilliseconds(200),
        BusyDelay = TimeSpan.FromMilliseconds(100),
    };

    public Outbox Outbox { get; }

    public CapturingLog Log => _outboxBed.Log;

    public ForwarderState State => _forwarder.State;

    public OutboxEntry Append(int window, DateTimeOffset? publishAt = null) =>
        Outbox.Append(Records.Of(window), publishAt ?? DateTimeOffset.UnixEpoch).Entry!;

    public void TakeOver(SignedManifests manifests) => _forwarder.TakeOver(manifests);

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _forwarder.Dispose();
        Outbox.Dispose();
        _outboxBed.Dispose();
        _stop.Dispose();
    }
}
