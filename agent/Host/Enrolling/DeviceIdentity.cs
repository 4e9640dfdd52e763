using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Forwarding;
using SocialCredit.Edge.Host.Configuration;

namespace SocialCredit.Edge.Host.Enrolling;

/// <summary>
/// The running device's key and certificate. The certificate is renewed at half of its life, one that has expired as well: the key is the
/// proof. What was changed in the state folder, by enrolment or a change of the key, is taken up. Runs beside the cameras, never on their threads.
/// </summary>
internal sealed partial class DeviceIdentity : IDisposable
{
    // A clock that is set is noticed after so long.
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(10), LookIntervalMin = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan PauseFirst = TimeSpan.FromSeconds(5), PauseMax = TimeSpan.FromHours(1);

    // For a certificate, the authority's and the note of the sink; each is a few kilobytes.
    private const int RoomBytes = 32 * 1024;

    // Earlier keys too: a record may be on its way to the broker that one of them signs.
    private readonly List<DeviceKey> _keys = [];
    private readonly AgentConfiguration _configuration;
    private readonly string _state;
    private readonly CertificateDesk _desk;
    private readonly DeviceKeyRotation _rotation;
    private readonly TimeProvider _time;
    private readonly ILogger _log;

    // One question to the sink at a time: a key that is being changed by command is not changed a second time beside it.
    private readonly SemaphoreSlim _turn = new(1);
    private readonly double _dueShare = 0.5 + (RandomNumberGenerator.GetInt32(0, 1001) / 10_000.0);
    private DeviceCertificate? _renewed;
    private TimeSpan _pause = PauseFirst;
    private long _notBefore;
    private volatile bool _isRefusedByBroker;
    private string? _said;

    /// <exception cref="IOException">The key cannot be opened.</exception>
    public DeviceIdentity(AgentConfiguration configuration, TimeProvider time, ILogger log)
    {
        (_configuration, _state, _time, _log) = (configuration, configuration.State, time, log);
        _desk = new CertificateDesk(configuration.Options, _state, time);
        _rotation = new DeviceKeyRotation(configuration, _desk);
        _notBefore = time.GetTimestamp();
        _keys.Add(configuration.OpenKey());
    }

    /// <summary>In force.</summary>
    public DeviceKey Key => _keys[^1];

    /// <summary>Another key has come into force.</summary>
    public Action<DeviceKey> KeyChanged { get; set; } = _ => { };

    /// <summary>The broker refused the certificate: whatever the clock says, another is asked for.</summary>
    public void Renew() => _isRefusedByBroker = true;

    /// <summary>Changes the key; it is in force when this returns.</summary>
    /// <inheritdoc cref="DeviceKeyRotation.RunAsync"/>
    /// <exception cref="OperationCanceledException">Ended before; a change that was begun is gone on with at the next start.</exception>
    public async Task<string> RotateAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var id = await _rotation.RunAsync(cancellationToken);
            TakeUpKey();
            return id;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Until cancelled, and until a change of the key that was under way has ended.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await LookAgainAsync(cancellationToken);
        await _turn.WaitAsync(CancellationToken.None);
    }

    /// <summary>From when on another certificate is asked for: half of its life, and up to a tenth more by chance, so that a fleet does not ask as one.</summary>
    /// <param name="certificate">The one that is there.</param>
    /// <param name="share">Of its life, 0.5 to 0.6.</param>
    public static DateTimeOffset DueOf(DeviceCertificate certificate, double share = 0.5) =>
        certificate.From + ((certificate.Until - certificate.From) * share);

    public void Dispose()
    {
        _keys.ForEach(key => key.Dispose());
        _turn.Dispose();
    }

    private async Task LookAgainAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await LookAsync(cancellationToken);
            }
            catch (Exception failed) when (failed is SinkException or IOException)
            {
                Postpone(failed switch
                {
                    SinkException { Trouble: SinkTrouble.Unreachable } => null,
                    SinkException => PauseMax,
                    // A disk that was full has room again at any moment, and nobody but us is asked.
                    _ => LookInterval,
                });
                if (_said != failed.Message)
                    LogNotRenewed(_said = failed.Message);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Task.Delay(UntilNextLook(), _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await LookAloneAsync(cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task LookAloneAsync(CancellationToken cancellationToken)
    {
        TakeUpKey();
        if (_time.GetTimestamp() < _notBefore || EnrolledSink.Find(_state) is not { } enrolled)
            return;
        if (_rotation.IsBegun)
        {
            var id = await _rotation.RunAsync(cancellationToken);
            LogKeyChanged(id, enrolled.Sink.ToString());
            TakeUpKey();
            Done();
        }

        var there = DeviceCertificate.Find(_state);
        var isGood = there is not null && there.Key == Key.PublicKey && _time.GetUtcNow() < DueOf(there, _dueShare);
        // A broker may refuse the new one as well, for as long as its list is old; asking again and again would not help.
        var isNew = there is not null && there == _renewed;
        if (isGood && (!_isRefusedByBroker || isNew))
            return;
        StateFile.AssureRoom(_state, RoomBytes);
        _isRefusedByBroker = false;
        var answer = await _desk.RenewAsync(enrolled, Key, cancellationToken);
        if (answer.Status != EnrolmentStatus.Approved)
            throw new SinkException(SinkTrouble.NotUnderstood, $"{enrolled.Sink} gives this device no certificate ({answer.Reason ?? "an operator has not approved it"}). Have it invited, and enrol it again");
        _renewed = DeviceCertificate.Find(_state);
        LogRenewed(_renewed!.Until);
        Done();
    }

    /// <summary>A change of the key, by us or by <c>edge key rotate</c> beside us.</summary>
    private void TakeUpKey()
    {
        // The key of a token is another only under another address, which is another configuration.
        if (_configuration.Options.Key is not null)
            return;
        var key = _configuration.OpenKey();
        if (key.Id == Key.Id)
        {
            key.Dispose();
            return;
        }

        _keys.Add(key);
        KeyChanged(key);
    }

    private void Done() => (_said, _pause, _notBefore) = (null, PauseFirst, _time.GetTimestamp());

    private void Postpone(TimeSpan? pause)
    {
        var wait = pause ?? _pause;
        _pause = _pause * 2 < PauseMax ? _pause * 2 : PauseMax;
        var jittered = wait * (0.5 + (RandomNumberGenerator.GetInt32(0, 1001) / 2000.0));
        _notBefore = _time.GetTimestamp() + (long)(jittered.TotalSeconds * _time.TimestampFrequency);
    }

    private TimeSpan UntilNextLook()
    {
        var now = _time.GetTimestamp();
        var until = now < _notBefore ? _time.GetElapsedTime(now, _notBefore)
            : DeviceCertificate.Find(_state) is { } there ? DueOf(there, _dueShare) - _time.GetUtcNow()
            : LookInterval;
        return until > LookInterval ? LookInterval : until < LookIntervalMin ? LookIntervalMin : until;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The device's certificate was renewed, until {Until:u}")]
    private partial void LogRenewed(DateTimeOffset until);

    [LoggerMessage(Level = LogLevel.Information, Message = "The device has the new key {KeyId}, as {Sink} knows")]
    private partial void LogKeyChanged(string keyId, string sink);

    [LoggerMessage(Level = LogLevel.Error, Message = "The device's certificate was not renewed: {Reason}. The agent keeps trying")]
    private partial void LogNotRenewed(string reason);
}
