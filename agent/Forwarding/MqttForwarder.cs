using Microsoft.Extensions.Logging;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Forwarding;

/// <summary>
/// Carries records from the outbox to the broker, for as long as it runs and whatever the broker does. A broker's
/// acknowledgement only ends a send; a record is done when the sink says that it has committed it.
/// </summary>
public sealed class MqttForwarder : IDisposable
{
    private const int ShortLivedMax = 3;

    private readonly Outbox _outbox;
    private readonly BrokerOptions _broker;
    private readonly ForwardingOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly RecordSender _sender;
    private readonly Backoff _backoff;
    private readonly ForwardingCounters _counters = new();
    private readonly DeviceMail? _mail;
    private int _shortLived;
    private volatile SignedManifests _manifests = SignedManifests.None;
    private volatile bool _hasNewKey;
    private long _manifestsSaidAt;

    /// <exception cref="ArgumentException">The broker's options have a problem; the message says which.</exception>
    public MqttForwarder(Outbox outbox, BrokerOptions broker, ForwardingOptions options, TimeProvider time, ILogger log)
    {
        if (broker.Problem() is { } problem)
            throw new ArgumentException(problem, nameof(broker));
        (_outbox, _broker, _options, _time, _log) = (outbox, broker, options, time, log);
        _sender = new RecordSender(outbox, options, _counters, time, log);
        _backoff = new Backoff(options.ReconnectDelay, options.ReconnectDelayMax);
        _outbox.Appended += WakeUpAfterAppend;
        if (broker.Tls is null && !broker.IsLoopback)
            ForwardingLog.PlainText(log, broker.Host);
    }

    /// <summary>
    /// What this device says of what it can send, the one in force last. Said on every connection before any record, since a broker may
    /// forget, and again with records that are sent again, since the sink may not know it. Its key signs the records too.
    /// </summary>
    public SignedManifests Manifests
    {
        get => _manifests;
        init => _manifests = value;
    }

    /// <summary>The broker refused this device's certificate; a new one may help.</summary>
    public event EventHandler? CertificateRefused;

    /// <summary>What is said and heard beside the records; null for a device that does neither.</summary>
    public DeviceMail? Mail
    {
        get => _mail;
        init
        {
            _mail = value;
            if (value is not null)
                value.WakeUp = _sender.WakeUp.Signal;
        }
    }

    /// <summary>What happened so far; for health messages and metrics.</summary>
    public ForwarderState State
    {
        get
        {
            var state = _counters.Snapshot();
            return state with { NeedsAttention = state.NeedsAttention || _outbox.State.Parked > 0 };
        }
    }

    /// <summary>Forwards until cancelled; then says <c>offline</c> and ends without an exception.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var pause = await ConnectAndForwardAsync(cancellationToken);
            _sender.Housekeep();
            await PauseAsync(pause, cancellationToken);
        }
    }

    /// <summary>The same said and signed under another key: from now on, on a connection that is made anew with it.</summary>
    public void TakeOver(SignedManifests manifests)
    {
        (_manifests, _hasNewKey) = (manifests, true);
        _sender.WakeUp.Signal();
    }

    public void Dispose() => _outbox.Appended -= WakeUpAfterAppend;

    private async Task<TimeSpan> ConnectAndForwardAsync(CancellationToken cancellationToken)
    {
        _hasNewKey = false;
        await using var connection = new BrokerConnection(_broker, _options, (TakeReceived, _sender.WakeUp.Signal, _mail), Manifests.Key, _time);
        var answer = await connection.OpenAsync(cancellationToken);
        if (answer.Trouble is { } trouble)
        {
            if (!cancellationToken.IsCancellationRequested)
                SayNotConnected(answer.Code, trouble);
            return _backoff.Next();
        }

        Greet(answer);
        var (since, sentBefore) = (_time.GetTimestamp(), _counters.Snapshot().Sent);
        await SayManifestsAsync(connection);
        _mail?.StartOver();
        await ForwardAsync(connection, Math.Min(_options.InFlightMax, answer.InFlightMax), cancellationToken);
        if (cancellationToken.IsCancellationRequested || (_hasNewKey && connection.IsConnected))
        {
            await _sender.EndSendsAsync();
            await connection.CloseAsync();
            _counters.SetConnected(false);
            return TimeSpan.Zero;
        }

        var code = await connection.EndAsync();
        await _sender.EndSendsAsync();
        _counters.SetConnected(false);
        if (_counters.Snapshot().Sent > sentBefore)
            _backoff.Reset();
        return SayLost(code, _time.GetElapsedTime(since));
    }

    /// <summary>Says why the connection ended; returns how long to stay away.</summary>
    private TimeSpan SayLost(int code, TimeSpan lived)
    {
        // Some brokers (mosquitto 2.0) give no reason when another client takes the name: it shows in that it happens again and again.
        _shortLived = code == 0 && lived <= _options.ReconnectDelayMax ? _shortLived + 1 : 0;
        var isTakenOver = code == ReasonCodes.SessionTakenOver || _shortLived >= ShortLivedMax;
        var reason = code != 0 ? ReasonCodes.Name(code)
            : isTakenOver ? "the broker closes every connection soon after it was made; does another agent use the device's name?"
            : "the broker closed the connection";
        SayTrouble(reason, isTakenOver);
        // Whoever took the name over would be thrown out in turn by a quick return: leave it the most time.
        return isTakenOver ? _backoff.Longest() : _backoff.Next();
    }

    private void Greet(ConnectAnswer answer)
    {
        _counters.SetConnected(true);
        ForwardingLog.Connected(_log, _broker.Host, _broker.Port, _broker.Device, _outbox.State.Depth);
        if (answer.SubscribeCode >= 0x80)
            ForwardingLog.ReceivedNotReadable(_log, Topics.Received(_broker.Device), answer.SubscribeCode);
        // A broker without our session has restarted empty.
        _sender.StartOver(brokerForgot: !answer.HasSession);
    }

    private async Task ForwardAsync(BrokerConnection connection, int inFlightMax, CancellationToken cancellationToken)
    {
        while (connection.IsConnected && !_hasNewKey && !cancellationToken.IsCancellationRequested)
        {
            _sender.Housekeep();
            var isRoom = _sender.InFlight < inFlightMax;
            if (isRoom && _sender.IsResendDue && _time.GetElapsedTime(_manifestsSaidAt) >= _options.ResendDelay)
                await SayManifestsAsync(connection);
            if (_mail is not null && Manifests.Key is { } key)
                await SayMailAsync(connection, _mail, key);
            var wait = _sender.SendDue(connection, inFlightMax);
            await _sender.WakeUp.WaitAsync(wait, cancellationToken);
        }
    }

    private async Task SayManifestsAsync(BrokerConnection connection)
    {
        _manifestsSaidAt = _time.GetTimestamp();
        var isNothingWaiting = _outbox.State.Depth == 0;
        var all = Manifests.All;
        foreach (var manifest in all)
        {
            var isInForce = manifest == all[^1];
            if (isNothingWaiting && !isInForce)
                continue;
            if (await connection.PublishAsync(manifest, isInForce) is not { } code)
                return;
            if (code >= 0x80)
                ForwardingLog.ManifestRefused(_log, Topics.Manifest(_broker.Device), code, ReasonCodes.Name(code));
        }
    }

    private async Task SayMailAsync(BrokerConnection connection, DeviceMail mail, DeviceKey key)
    {
        if (mail.TakeHealth() is { } report)
        {
            if (await connection.PublishHealthAsync(key.Sign(report)) is not { } code)
                return;
            if (code >= 0x80)
                ForwardingLog.MailRefused(_log, Topics.Health(_broker.Device), code, ReasonCodes.Name(code));
        }

        while (mail.NextAnswer() is { } answer)
        {
            // No code: the connection has ended, and the answer goes out on the next.
            if (await connection.PublishAnswerAsync(key.Sign(answer)) is not { } code)
                return;
            if (code >= 0x80)
                ForwardingLog.MailRefused(_log, Topics.Answer(_broker.Device), code, ReasonCodes.Name(code));
            mail.AnswerSaid();
        }
    }

    private async Task PauseAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        var start = _time.GetTimestamp();
        while (!cancellationToken.IsCancellationRequested && pause - _time.GetElapsedTime(start) is { Ticks: > 0 } left)
            await _sender.WakeUp.WaitAsync(left, cancellationToken);
    }

    private void SayNotConnected(int code, string trouble)
    {
        if (code == ConnectAnswer.Unwelcome)
            CertificateRefused?.Invoke(this, EventArgs.Empty);
        if (code is not (ConnectAnswer.Untrusted or ConnectAnswer.Unwelcome))
            SayTrouble(trouble, ReasonCodes.NeedsAttention(code));
        else if (_counters.SetTrouble(trouble, needsAttention: true))
            ForwardingLog.LinkLost(_log, LogLevel.Error, _broker.Host, _broker.Port, trouble);
    }

    private void SayTrouble(string trouble, bool needsAttention)
    {
        if (!_counters.SetTrouble(trouble, needsAttention))
            return;
        if (needsAttention)
            ForwardingLog.Refused(_log, _broker.Host, _broker.Port, trouble);
        else
            ForwardingLog.LinkLost(_log, LogLevel.Warning, _broker.Host, _broker.Port, trouble);
    }

    private void TakeReceived(byte[] payload) => _sender.TakeReceived(Topics.Received(_broker.Device), payload);

    private void WakeUpAfterAppend(object? sender, EventArgs e) => _sender.WakeUp.Signal();
}
