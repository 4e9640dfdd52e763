using Microsoft.Extensions.Logging;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Forwarding;
using SocialCredit.Edge.Host.Configuration;
using SocialCredit.Edge.Host.Observing;
using SocialCredit.Edge.Inference;
using SocialCredit.Edge.Operation;
using SocialCredit.Edge.Sensing;

namespace SocialCredit.Edge.Host;

/// <summary>
/// The running agent: cameras, exit, outbox and forwarder of one configuration. When the file changes, a valid new one takes
/// over and a faulty one leaves the running one in place.
/// </summary>
internal sealed partial class AgentRun(
    string configPath, (string? Models, TimeSpan Wait) asked, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(500);

    private volatile bool _hasFailed;
    private bool _isHanging;

    /// <summary>See <see cref="ForwardingOptions.Tap"/>.</summary>
    public Action<ReadOnlyMemory<byte>>? Tap { get; init; }

    /// <summary>Told when the agent is ready, and that it is alive only while all of its loops turn.</summary>
    public ServiceNotice Notice { get; init; } = ServiceNotice.None;

    /// <summary>True if the agent was told to stop, or every source was watched to its end and the sink has everything.</summary>
    /// <exception cref="ModelException">The model cannot be used.</exception>
    /// <exception cref="IOException">The outbox or the device's key cannot be opened.</exception>
    /// <exception cref="SensingException">The sensors cannot be opened: without them what they tell would read as never happening.</exception>
    public async Task<bool> RunAsync(AgentConfiguration configuration, CancellationToken cancellationToken)
    {
        var current = configuration;
        while (true)
        {
            using var watch = new ConfigWatch(configPath, current, (time, log)) { Check = FindModelFault };
            var (isEmptied, next) = await RunOneAsync(current, watch, cancellationToken);
            if (next is null)
                return cancellationToken.IsCancellationRequested || (isEmptied && !_hasFailed);
            LogTookOver(configPath);
            current = next;
        }
    }

    private async Task<(bool IsEmptied, AgentConfiguration? Next)> RunOneAsync(
        AgentConfiguration configuration, ConfigWatch watch, CancellationToken cancellationToken)
    {
        var options = configuration.Options;
        var state = configuration.PathOf(options.State);
        using var outbox = Outbox.Open(
            new OutboxOptions { Path = Path.Combine(state, "outbox.db"), PayloadBytes = configuration.RecordBytes }, time, log);
        using var key = DeviceKey.OpenOrMake(state);
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var manifest = DeviceManifest.Of(configuration, configuration.TrustedModels(asked.Models), key.PublicKey, today);
        using var forwarder = new MqttForwarder(
            outbox,
            options.Broker.ToOptions(options.Device),
            new ForwardingOptions { ResendDelay = TimeSpan.FromSeconds(options.Broker.ResendSeconds), Tap = Tap },
            time,
            log)
        { Manifests = new ManifestShelf(state, log).PutInForce(manifest, key, isNothingWaiting: outbox.State.Depth == 0) };
        if (options.AllowUnsignedModels)
            LogUnsignedModels();
        using var hub = OpenSensors(configuration);
        var exit = new AgentExit(outbox, time, log);
        using var stopForwarding = new CancellationTokenSource();
        using var stopExit = new CancellationTokenSource();
        using var stopCameras = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);

        using var metrics = new AgentMetrics();
        var opened = OpenCameras(configuration, exit);
        var vitals = new AgentVitals(
            [.. opened.Select(camera => camera.Vitals)], exit.Exposure, () => outbox.State, () => forwarder.State, exit);
        metrics.Show(vitals);
        await using var endpoint = await ObservingEndpoint.OpenAsync(options.Observe, AgentMetrics.MeterName, vitals.Judge, log);
        exit.Restore();
        var cameras = Task.WhenAll(
            [IdleAsync(options, stopCameras.Token), .. opened.Select(camera => RunCameraAsync(camera, hub, (metrics, stopCameras)))]);
        var forwarding = forwarder.RunAsync(stopForwarding.Token);
        var leaving = Task.Run(() => exit.RunAsync(stopExit.Token), CancellationToken.None);

        Notice.Ready();
        var next = await WaitAsync(cameras, (leaving, forwarding), (watch, vitals), cancellationToken);
        if (next is null)
            Notice.Stopping();
        await stopCameras.CancelAsync();
        await cameras;
        await stopExit.CancelAsync();
        await leaving;
        var isEmptied = next is null && !cancellationToken.IsCancellationRequested && await EmptyAsync((outbox, vitals), cancellationToken);
        await stopForwarding.CancelAsync();
        await forwarding;
        return (isEmptied, next);
    }

    /// <summary>A script goes by the time of the frames where these are not from now.</summary>
    private SensorHub? OpenSensors(AgentConfiguration configuration)
    {
        if (configuration.Sensing.IsEmpty)
            return null;
        if (configuration.Sensing.Script is null)
            return SensorHub.Open(configuration.Sensing, time, log);
        LogSimulated(configuration.Options.Gpio.Simulated!);
        var isReplay = configuration.Options.Cameras.All(camera => CameraParts.OptionsOf(configuration.Folder, camera).IsReplay);
        return isReplay ? SensorHub.OpenOffline(configuration.Sensing, log) : SensorHub.Open(configuration.Sensing, time, log);
    }

    /// <summary>Until the cameras have ended, the agent is told to stop, or a valid new configuration is there.</summary>
    private async Task<AgentConfiguration?> WaitAsync(
        Task cameras, (Task Leaving, Task Forwarding) others, (ConfigWatch Config, AgentVitals Vitals) watched, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested && !cameras.IsCompleted)
        {
            // A task that ends by itself before the cameras has failed; awaiting it says why.
            var first = await Task.WhenAny(cameras, others.Leaving, others.Forwarding, Task.Delay(Step, time, CancellationToken.None));
            await first;
            SayAlive(watched.Vitals);
            if (watched.Config.TakeNew() is { } next)
                return next;
        }

        return null;
    }

    /// <summary>Only the loop that sees all others says so: a timer would go on where they do not.</summary>
    private void SayAlive(AgentVitals vitals)
    {
        if (!Notice.IsDue)
            return;
        var hang = vitals.FindHang();
        if (hang is null)
            Notice.Alive();
        else if (!_isHanging)
            LogHangs(hang);
        _isHanging = hang is not null;
    }

    private async Task RunCameraAsync(RunningCamera camera, SensorHub? hub, (AgentMetrics Metrics, CancellationTokenSource Stop) with)
    {
        var stop = with.Stop;
        using (camera.Parts)
        using (var pipeline = camera.Parts.Pipeline(camera.Exit, hub, times: with.Metrics.TimesOf(camera.Name)))
        {
            camera.Vitals.Attach(pipeline);
            camera.Parts.Camera.Start();
            using var differences = camera.Parts.Difference is { } difference ? new ShadowFile(camera.Checkpoint, difference, time, log) : null;
            try
            {
                if (await pipeline.RunAsync(stop.Token) is { } refusal)
                {
                    _hasFailed = true;
                    LogDisabled(camera.Name, refusal);
                    // Its zones report that nobody watches, until the agent is started again.
                    if (camera.Parts.Camera.IsLive)
                        await UntilStoppedAsync(stop.Token);
                }
                else if (!stop.IsCancellationRequested)
                {
                    LogEnded(camera.Name, camera.Parts.Camera.State.Reason);
                }
            }
            catch (Exception broken)
            {
                // A fault of ours: the agent ends, says so, and is started again by whoever started it.
                LogBroken(broken, camera.Name);
                await stop.CancelAsync();
                throw;
            }
        }
    }

    /// <summary>Cameras that are switched off go on reporting that nobody watches, so the agent does not end without them.</summary>
    private static Task IdleAsync(AgentOptions options, CancellationToken cancellationToken) =>
        options.Cameras.All(camera => camera.Enabled) ? Task.CompletedTask : UntilStoppedAsync(cancellationToken);

    private static async Task UntilStoppedAsync(CancellationToken cancellationToken) =>
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private List<RunningCamera> OpenCameras(AgentConfiguration configuration, AgentExit exit)
    {
        var options = configuration.Options;
        var store = configuration.TrustedModels(asked.Models);
        var cameras = new List<RunningCamera>();
        foreach (var section in options.Cameras.Where(camera => camera.Enabled))
        {
            var dated = section.StartsAt is null && !section.Paced ? section with { StartsAt = time.GetUtcNow() - CameraSection.FileAge } : section;
            var parts = CameraParts.Open(configuration, dated, store, log);
            var isLive = parts.Camera.IsLive;
            var start = isLive ? time.GetUtcNow() : dated.StartsAt ?? time.GetUtcNow();
            var cameraExit = exit.Add(
                (random, leave) => new CameraExit(dated, configuration, (start, isLive), random, leave),
                isLive && options.Profile != PrivacyProfile.Demo ? $"{options.Device}.{section.Name}" : null);
            cameras.Add(new RunningCamera(section.Name, parts, cameraExit, $"{options.Device}.{section.Name}") { Vitals = new CameraVitals(section.Name, parts.Camera) });
        }

        foreach (var section in options.Cameras.Where(camera => !camera.Enabled))
        {
            LogDisabled(section.Name, "the configuration says so");
            exit.Add((random, leave) => new CameraExit(section, configuration, (time.GetUtcNow(), true), random, leave), null);
        }

        return cameras;
    }

    /// <summary>A new configuration whose model is not there must not end the one that runs.</summary>
    private string? FindModelFault(AgentConfiguration configuration)
    {
        try
        {
            var store = configuration.TrustedModels(asked.Models);
            foreach (var name in configuration.Options.Cameras.Select(camera => camera.Model).Distinct())
                store.Find(name);
            return null;
        }
        catch (Exception unusable) when (unusable is ModelException or IOException or UnauthorizedAccessException)
        {
            return unusable.Message;
        }
    }

    private async Task<bool> EmptyAsync((Outbox Outbox, AgentVitals Vitals) with, CancellationToken cancellationToken)
    {
        var outbox = with.Outbox;
        var from = time.GetTimestamp();
        while (outbox.State.Depth > 0 && time.GetElapsedTime(from) < asked.Wait && !cancellationToken.IsCancellationRequested)
        {
            SayAlive(with.Vitals);
            await Task.Delay(Step, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (outbox.State.Depth > 0)
            LogKept(outbox.State.Depth);
        return outbox.State.Depth == 0;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The lines of sensors are played by the script {Script}; no wire is read")]
    private partial void LogSimulated(string script);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Models that nobody signed are taken, as allowUnsignedModels says")]
    private partial void LogUnsignedModels();

    [LoggerMessage(Level = LogLevel.Information, Message = "Took over the changed configuration {Path}")]
    private partial void LogTookOver(string path);

    [LoggerMessage(Level = LogLevel.Information, Message = "Camera {Camera} ended: {Reason}")]
    private partial void LogEnded(string camera, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Camera {Camera} is disabled: {Reason}")]
    private partial void LogDisabled(string camera, string reason);

    [LoggerMessage(Level = LogLevel.Critical, Message = "Camera {Camera} broke; the agent ends")]
    private partial void LogBroken(Exception broken, string camera);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} records wait in the outbox for the sink; they go out at the next start")]
    private partial void LogKept(int count);

    [LoggerMessage(Level = LogLevel.Critical, Message = "The agent hangs and says no more that it is alive: {What}")]
    private partial void LogHangs(string what);

    private sealed record RunningCamera(string Name, CameraParts Parts, CameraExit Exit, string Checkpoint)
    {
        public required CameraVitals Vitals { get; init; }
    }
}
