using Microsoft.Extensions.Logging;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Forwarding;
using SocialCredit.Edge.Host.Configuration;
using SocialCredit.Edge.Host.Enrolling;
using SocialCredit.Edge.Host.Observing;
using SocialCredit.Edge.Host.Remote;
using SocialCredit.Edge.Host.Staging;
using SocialCredit.Edge.Inference;
using SocialCredit.Edge.Sensing;

namespace SocialCredit.Edge.Host;

/// <summary>All that runs under one configuration: cameras, exit, outbox, forwarder.</summary>
internal sealed partial class RunningConfiguration : IDisposable
{
    private static readonly TimeSpan CertificateReadInterval = TimeSpan.FromMinutes(1);

    private readonly AgentConfiguration _configuration;
    private readonly string _state;
    private readonly Outbox _outbox;
    private readonly DeviceIdentity _identity;
    private readonly MqttForwarder _forwarder;
    private readonly DeviceMail _mail;
    private readonly CommandDesk? _desk;
    private readonly SensorHub? _hub;
    private readonly AgentExit _exit;
    private readonly IReadOnlyList<RunningCamera> _cameras;
    private readonly HealthSchedule _schedule;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stopForwarding = new(), _stopExit = new();
    private int? _certificateDays;
    private long? _certificateReadAt;
    private Task _leaving = Task.CompletedTask;
    private Task _forwarding = Task.CompletedTask;
    private Task _renewing = Task.CompletedTask;
    private readonly AgentMetrics _metrics;
    private volatile bool _hasFailed;

    /// <exception cref="ModelException">The model cannot be used.</exception>
    /// <exception cref="IOException">The outbox or the device's key cannot be opened.</exception>
    /// <exception cref="SensingException">The sensors cannot be opened: without them what they tell would read as never happening.</exception>
    public RunningConfiguration(
        AgentConfiguration configuration, string? models, Action<ReadOnlyMemory<byte>>? tap, (TimeProvider Time, ILogger Log) services)
    {
        (_configuration, _time, _log) = (configuration, services.Time, services.Log);
        var opened = new Stack<IDisposable>();
        try
        {
            var options = configuration.Options;
            var store = configuration.TrustedModels(models);
            _state = configuration.State;
            opened.Push(_outbox = Outbox.Open(
                options.Outbox.ToOptions(Path.Combine(_state, "outbox.db"), configuration.RecordBytes), _time, _log));
            opened.Push(_identity = new DeviceIdentity(configuration, _time, _log));
            _desk = EnrolledSink.FindCommandKey(_state) is { } key ? new CommandDesk(options.Device, key, _state, services) : null;
            _mail = new DeviceMail { Commanded = _desk is null ? null : _desk.Offer, PolicyCame = _desk is null ? null : _desk.OfferPolicy };
            opened.Push(_forwarder = new MqttForwarder(
                _outbox,
                configuration.Broker,
                new ForwardingOptions
                {
                    ResendDelay = TimeSpan.FromSeconds(options.Broker.ResendSeconds),
                    ReconnectDelayMax = TimeSpan.FromSeconds(options.Broker.ReconnectSecondsMax),
                    Tap = tap,
                },
                _time,
                _log)
            {
                Manifests = PutInForce(_identity.Key, store),
                Mail = _mail,
            });
            _identity.KeyChanged = key => _forwarder.TakeOver(PutInForce(key, store));
            _forwarder.CertificateRefused += (_, _) => _identity.Renew();
            if (options.AllowUnsignedModels)
                LogUnsignedModels();
            if (OpenSensors() is { } hub)
                opened.Push(_hub = hub);
            _exit = new AgentExit(_outbox, _time, _log);
            var cameras = new List<RunningCamera>();
            _cameras = cameras;
            foreach (var section in options.Cameras)
                cameras.Add(Open(section, store, opened));
            opened.Push(_metrics = new AgentMetrics());
            Vitals = new AgentVitals(
                [.. cameras.Select(camera => camera.Vitals).OfType<CameraVitals>()], _exit.Exposure, () => _outbox.State, () => _forwarder.State, _exit);
            _metrics.Show(Vitals);
            _exit.Restore();
            _schedule = new HealthSchedule(options.Device, _time);
            var stopped = _stopForwarding.Token;
            RotateKey = _desk is null ? null : () => RotateKeyAsync(stopped);
        }
        catch
        {
            while (opened.TryPop(out var one))
                one.Dispose();
            throw;
        }
    }

    /// <summary>The parts as metrics, health and the watchdog look at them.</summary>
    public AgentVitals Vitals { get; }

    /// <summary>Records that the sink has not taken yet.</summary>
    public int Waiting => _outbox.State.Depth;

    public DeviceMail Mail => _mail;

    /// <summary>Null for a device that is not enrolled.</summary>
    public CommandDesk? Desk => _desk;

    /// <summary>Makes a new key and has it enrolled; null on a device that is not enrolled.</summary>
    public Func<Task<CommandReason>>? RotateKey { get; }

    /// <summary>A camera was refused, or a file could not be read to its end.</summary>
    public bool HasFailed => _hasFailed;

    /// <summary>How the parts are.</summary>
    /// <param name="stage">Knows whether the configuration's file is the one that runs.</param>
    public DeviceStatus Status(ConfigurationStage stage) => new(
        [.. _cameras.Select(camera => new CameraStanding(camera.Section, camera.Model, camera.Vitals?.State, camera.Vitals?.Done ?? 0))],
        _outbox.State, _forwarder.State.IsConnected, _hub?.UnknownCount ?? 0, CertificateDays(),
        stage.IsFaulty, stage.IsRolledBack);

    /// <summary>Makes the report that is due, and adds to what the next one tells.</summary>
    public void Tick(DeviceStatus status, AgentLife life, TimeSpan passed)
    {
        life.Tick(passed, status.Cameras.Where(camera => camera.IsWatching).Select(camera => camera.Section.Name));
        if (!_schedule.TakeDue())
            return;
        _mail.Put(HealthReporter.Report(_configuration, status, life, _time.GetUtcNow()));
        life.Reported(HealthReporter.LossesOf(status));
    }

    /// <summary>Begins; the task ends when every source has ended, or a part of it failed, which awaiting it tells.</summary>
    /// <param name="stop">Ends the cameras.</param>
    public (Task Cameras, Task Leaving, Task Forwarding) Start(CancellationTokenSource stop)
    {
        var cameras = Task.WhenAll([IdleAsync(stop.Token), .. _cameras.Where(camera => camera.Parts is not null).Select(camera => RunCameraAsync(camera, stop))]);
        _renewing = _identity.RunAsync(_stopForwarding.Token);
        _forwarding = _forwarder.RunAsync(_stopForwarding.Token);
        _leaving = Task.Run(() => _exit.RunAsync(_stopExit.Token), CancellationToken.None);
        return (cameras, _leaving, _forwarding);
    }

    /// <summary>The cameras have ended: what they counted goes to the outbox.</summary>
    public async Task StopExitAsync()
    {
        await _stopExit.CancelAsync();
        await _leaving;
    }

    public async Task StopForwardingAsync()
    {
        await _stopForwarding.CancelAsync();
        await _forwarding;
        await _renewing;
    }

    public void Dispose()
    {
        _metrics.Dispose();
        _hub?.Dispose();
        _forwarder.Dispose();
        _identity.Dispose();
        _outbox.Dispose();
        _stopForwarding.Dispose();
        _stopExit.Dispose();
    }

    private SignedManifests PutInForce(DeviceKey key, ModelStore store)
    {
        var manifest = DeviceManifest.Of(_configuration, store, key.PublicKey, DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime));
        return new ManifestShelf(_state, _log).PutInForce(manifest, key, isNothingWaiting: _outbox.State.Depth == 0);
    }

    /// <summary>To its end: the answer is signed by the new key, the only one that the sink still takes.</summary>
    private async Task<CommandReason> RotateKeyAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _identity.RotateAsync(cancellationToken);
            return CommandReason.None;
        }
        catch (Exception failed) when (failed is SinkException or IOException)
        {
            LogNotRotated(failed.Message);
            return CommandReason.NotTaken;
        }
    }

    /// <summary>Read again once a minute: it is renewed while the agent runs.</summary>
    private int? CertificateDays()
    {
        if (_certificateReadAt is not { } at || _time.GetElapsedTime(at) >= CertificateReadInterval)
            (_certificateDays, _certificateReadAt) = (DeviceCertificate.DaysLeft(_state, _time.GetUtcNow()), _time.GetTimestamp());
        return _certificateDays;
    }

    /// <summary>A script goes by the time of the frames where these are not from now.</summary>
    private SensorHub? OpenSensors()
    {
        var sensing = _configuration.Sensing;
        if (sensing.IsEmpty)
            return null;
        if (sensing.Script is null)
            return SensorHub.Open(sensing, _time, _log);
        LogSimulated(_configuration.Options.Gpio.Simulated!);
        var isReplay = _configuration.Options.Cameras.All(camera => CameraParts.OptionsOf(_configuration.Folder, camera).IsReplay);
        return isReplay ? SensorHub.OpenOffline(sensing, _log) : SensorHub.Open(sensing, _time, _log);
    }

    private RunningCamera Open(CameraSection section, ModelStore store, Stack<IDisposable> opened)
    {
        var model = store.Find(section.Model).Manifest.Sha256;
        if (!section.Enabled)
        {
            LogDisabled(section.Name, "the configuration says so");
            _exit.Add((random, leave) => new CameraExit(section, _configuration, (_time.GetUtcNow(), true), random, leave), null);
            return new RunningCamera(section, model, null, null);
        }

        var dated = section.StartsAt is null && !section.Paced ? section with { StartsAt = _time.GetUtcNow() - CameraSection.FileAge } : section;
        var parts = CameraParts.Open(_configuration, dated, store, _log);
        opened.Push(parts);
        var isLive = parts.Camera.IsLive;
        var start = isLive ? _time.GetUtcNow() : dated.StartsAt ?? _time.GetUtcNow();
        var exit = _exit.Add(
            (random, leave) => new CameraExit(dated, _configuration, (start, isLive), random, leave),
            isLive && _configuration.Options.Profile != PrivacyProfile.Demo ? $"{_configuration.Options.Device}.{section.Name}" : null);
        return new RunningCamera(section, model, parts, exit);
    }

    private async Task RunCameraAsync(RunningCamera camera, CancellationTokenSource stop)
    {
        var (name, parts) = (camera.Section.Name, camera.Parts!);
        using (parts)
        using (var pipeline = parts.Pipeline(camera.Exit!, _hub, times: _metrics.TimesOf(name)))
        {
            camera.Vitals!.Attach(pipeline);
            parts.Camera.Start();
            using var differences = parts.Difference is { } difference
                ? new ShadowFile($"{_configuration.Options.Device}.{name}", difference, _time, _log)
                : null;
            try
            {
                if (await pipeline.RunAsync(stop.Token) is { } refusal)
                {
                    _hasFailed = true;
                    LogDisabled(name, refusal);
                    // Its zones report that nobody watches, until the agent is started again.
                    if (parts.Camera.IsLive)
                        await UntilStoppedAsync(stop.Token);
                }
                else if (!stop.IsCancellationRequested)
                {
                    LogEnded(name, parts.Camera.State.Reason);
                }
            }
            catch (Exception broken)
            {
                // A fault of ours: the agent ends, says so, and is started again by whoever started it.
                LogBroken(broken, name);
                await stop.CancelAsync();
                throw;
            }
        }
    }

    /// <summary>Cameras that are switched off go on reporting that nobody watches, so the agent does not end without them.</summary>
    private Task IdleAsync(CancellationToken cancellationToken) =>
        _configuration.Options.Cameras.All(camera => camera.Enabled) ? Task.CompletedTask : UntilStoppedAsync(cancellationToken);

    private static async Task UntilStoppedAsync(CancellationToken cancellationToken) =>
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The lines of sensors are played by the script {Script}; no wire is read")]
    private partial void LogSimulated(string script);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Models that nobody signed are taken, as allowUnsignedModels says")]
    private partial void LogUnsignedModels();

    [LoggerMessage(Level = LogLevel.Error, Message = "The key was not changed: {Reason}")]
    private partial void LogNotRotated(string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Camera {Camera} ended: {Reason}")]
    private partial void LogEnded(string camera, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Camera {Camera} is disabled: {Reason}")]
    private partial void LogDisabled(string camera, string reason);

    [LoggerMessage(Level = LogLevel.Critical, Message = "Camera {Camera} broke; the agent ends")]
    private partial void LogBroken(Exception broken, string camera);
}
