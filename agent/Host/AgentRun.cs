using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Host.Configuration;
using SocialCredit.Edge.Host.Observing;
using SocialCredit.Edge.Host.Remote;
using SocialCredit.Edge.Host.Staging;
using SocialCredit.Edge.Inference;
using SocialCredit.Edge.Operation;
using SocialCredit.Edge.Sensing;

namespace SocialCredit.Edge.Host;

/// <summary>
/// The running agent. A changed configuration takes over on probation: it must make everything work that worked before, or the last good
/// one comes back. A faulty one leaves the running one in place.
/// </summary>
internal sealed partial class AgentRun(
    string configPath, (string? Models, TimeSpan Wait) asked, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(500);

    /// <summary>An answer before a restart, and no longer.</summary>
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(10);

    private readonly AgentLife _life = new(time);
    private ConfigurationStage _stage = null!;
    private bool _isHanging;

    /// <summary>See <see cref="Forwarding.ForwardingOptions.Tap"/>.</summary>
    public Action<ReadOnlyMemory<byte>>? Tap { get; init; }

    /// <summary>Told when the agent is ready, and that it is alive only while all of its loops turn.</summary>
    public ServiceNotice Notice { get; init; } = ServiceNotice.None;

    /// <summary>A command asked to be started again.</summary>
    public bool IsRestartAsked { get; private set; }

    /// <summary>The state folder that a file names, whatever else is wrong with it; the default where it names none.</summary>
    public static string StateFolderOf(string configPath)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(configPath))!;
        var text = File.Exists(configPath) ? File.ReadAllText(configPath) : "";
        var named = StateLine().Match(text);
        return Path.GetFullPath(Path.Combine(folder, named.Success ? named.Groups["folder"].Value : AgentOptions.DefaultState));
    }

    /// <summary>True if the agent was told to stop, or every source was watched to its end and the sink has everything.</summary>
    /// <param name="configuration">The file's; null where it has faults, and then the last good one runs.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ModelException">The model cannot be used.</exception>
    /// <exception cref="IOException">The outbox or the device's key cannot be opened.</exception>
    /// <exception cref="SensingException">The sensors cannot be opened: without them what they tell would read as never happening.</exception>
    public async Task<bool> RunAsync(AgentConfiguration? configuration, CancellationToken cancellationToken)
    {
        var state = configuration?.PathOf(configuration.Options.State) ?? StateFolderOf(configPath);
        _stage = new ConfigurationStage(configPath, asked.Models, state, (time, log));
        var current = _stage.Start(configuration);
        if (current is { MustWork: not null } && !_stage.Begin(current))
            current = _stage.FallBack() ?? current;
        if (_stage.DiedOf != 0 && current is not null)
            _life.AnswerLater(Answer(current, _stage.DiedOf, isProven: false));
        while (current is not null)
        {
            var (next, isDone) = await RunOneAsync(current, cancellationToken);
            if (next is null)
                return isDone;
            current = next;
        }

        return false;
    }

    private async Task<(StagedConfiguration? Next, bool IsDone)> RunOneAsync(StagedConfiguration current, CancellationToken cancellationToken)
    {
        RunningConfiguration running;
        try
        {
            running = new RunningConfiguration(current.Configuration, asked.Models, Tap, (time, log));
        }
        catch (Exception unusable) when (current.MustWork is not null && current.HasFallback
            && unusable is ModelException or SensingException or IOException or UnauthorizedAccessException)
        {
            return (TakeBack(current, unusable.Message), false);
        }

        using (running)
        using (var stopCameras = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken))
        {
            while (_life.TakeAnswer() is { } answer)
                running.Mail.Put(answer);
            await using var endpoint = await ObservingEndpoint.OpenAsync(
                current.Configuration.Options.Observe, AgentMetrics.MeterName, running.Vitals.Judge, log);
            var tasks = running.Start(stopCameras);
            Notice.Ready();
            var end = await WaitAsync(running, tasks, current, cancellationToken);
            if (end.Reason is not (EndReason.Next or EndReason.Unproven))
                Notice.Stopping();
            await stopCameras.CancelAsync();
            await tasks.Cameras;
            await running.StopExitAsync();
            var isEmptied = end.Reason == EndReason.Ended && await EmptyAsync(running, cancellationToken);
            if (end.Reason == EndReason.Restart)
                await AnsweredAsync(running);
            await running.StopForwardingAsync();
            return Conclude(current, end, (isEmptied && !running.HasFailed) || cancellationToken.IsCancellationRequested, running.HasFailed);
        }
    }

    private (StagedConfiguration? Next, bool IsDone) Conclude(StagedConfiguration current, RunEnd end, bool isDone, bool hasFailed)
    {
        switch (end.Reason)
        {
            case EndReason.Next:
                LogTookOver(configPath);
                return (end.Next, false);
            case EndReason.Unproven:
                return (TakeBack(current, end.Why), false);
            case EndReason.Restart:
                IsRestartAsked = true;
                break;
            default:
                break;
        }

        // Every source was watched to its end: that proves it. Stopped before: it is new again at the next start.
        if (current.MustWork is not null && end.Reason == EndReason.Ended && !hasFailed)
            _stage.Keep(current, ProbationFacts.None);
        else if (current.MustWork is not null && !end.IsProven)
            _stage.Forget(current);
        return (null, isDone);
    }

    /// <summary>Until the cameras have ended, the agent is told to stop, another configuration is to run, or this one has not proven itself.</summary>
    private async Task<RunEnd> WaitAsync(
        RunningConfiguration running, (Task Cameras, Task Leaving, Task Forwarding) tasks, StagedConfiguration current, CancellationToken cancellationToken)
    {
        using var watch = new ConfigWatch(_stage, current, time);
        var length = TimeSpan.FromSeconds(current.Configuration.Options.ProbationSeconds);
        var probation = current.MustWork is { } mustWork ? new Probation(mustWork, length, time) : null;
        var work = running.Desk is { } desk ? new CommandWork(desk, running.Mail, _stage, _life, running.RotateKey, time) : null;
        var at = time.GetTimestamp();
        while (!cancellationToken.IsCancellationRequested && !tasks.Cameras.IsCompleted)
        {
            // A task that ends by itself before the cameras has failed; awaiting it says why.
            await await Task.WhenAny(tasks.Cameras, tasks.Leaving, tasks.Forwarding, Task.Delay(Step, time, CancellationToken.None));
            var (passed, status) = (time.GetElapsedTime(at), running.Status(_stage));
            at = time.GetTimestamp();
            SayAlive(running.Vitals);
            running.Tick(status, _life, passed);
            if (Judge(ref probation, current, status, running) is { } unproven)
                return unproven with { IsProven = false };
            var effect = work?.Tick(current.Configuration, status) ?? CommandEffect.None;
            if (effect == CommandEffect.Restart)
                return new RunEnd(EndReason.Restart) { IsProven = probation is null };
            if (work is not { IsRotating: true } && watch.TakeNew() is { } next && (next.MustWork is null || _stage.Begin(next)))
                return new RunEnd(EndReason.Next) { Next = next };
        }

        return new RunEnd(cancellationToken.IsCancellationRequested ? EndReason.Stopped : EndReason.Ended) { IsProven = probation is null };
    }

    /// <summary>The end of a configuration whose time is over; null otherwise.</summary>
    private RunEnd? Judge(ref Probation? probation, StagedConfiguration current, DeviceStatus status, RunningConfiguration running)
    {
        if (probation is null)
            return null;
        var facts = new DeviceFacts(
            [.. status.Cameras.Select(camera => new CameraFacts(
                camera.Section.Name, camera.State is not null, camera.GivesFrames, camera.Trouble == HealthTrouble.Ended))],
            !status.Records.IsRefusing,
            status.IsConnected);
        var judged = probation.Judge(facts, out var why);
        if (judged == true)
        {
            probation = null;
            _stage.Keep(current, facts.ToKeep());
            LogProven(current.Sha256[..12]);
            if (current.IsByCommand)
                running.Mail.Put(Answer(current, current.Command, isProven: true));
            return null;
        }

        return judged == false && current.HasFallback ? new RunEnd(EndReason.Unproven) { Why = why } : null;
    }

    private StagedConfiguration? TakeBack(StagedConfiguration current, string why)
    {
        _stage.Reject(current, why);
        if (current.IsByCommand)
            _life.AnswerLater(Answer(current, current.Command, isProven: false));
        return _stage.Decide();
    }

    private static CommandAnswer Answer(StagedConfiguration current, long command, bool isProven) => new()
    {
        Device = current.Configuration.Options.Device,
        Id = command,
        Outcome = isProven ? CommandOutcome.Done : CommandOutcome.Failed,
        Reason = isProven ? CommandReason.None : CommandReason.RolledBack,
        Checks = [],
    };

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

    private async Task<bool> EmptyAsync(RunningConfiguration running, CancellationToken cancellationToken)
    {
        var from = time.GetTimestamp();
        while (running.Waiting > 0 && time.GetElapsedTime(from) < asked.Wait && !cancellationToken.IsCancellationRequested)
        {
            SayAlive(running.Vitals);
            await Task.Delay(Step, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (running.Waiting > 0)
            LogKept(running.Waiting);
        return running.Waiting == 0;
    }

    private async Task AnsweredAsync(RunningConfiguration running)
    {
        var from = time.GetTimestamp();
        while (!running.Mail.IsEmpty && time.GetElapsedTime(from) < AnswerPatience)
            await Task.Delay(Step, time, CancellationToken.None);
    }

    [GeneratedRegex(@"^state:[ \t]*[""']?(?<folder>[^#""'\r\n]*?)[""']?[ \t]*(#.*)?\r?$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex StateLine();

    [LoggerMessage(Level = LogLevel.Critical, Message = "The agent hangs and says no more that it is alive: {What}")]
    private partial void LogHangs(string what);

    [LoggerMessage(Level = LogLevel.Information, Message = "Took over the changed configuration {Path}")]
    private partial void LogTookOver(string path);

    [LoggerMessage(Level = LogLevel.Information, Message = "Configuration {Version} has proven itself: it is the one to go back to from now on")]
    private partial void LogProven(string version);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} records wait in the outbox for the sink; they go out at the next start")]
    private partial void LogKept(int count);

    private enum EndReason : byte
    {
        /// <summary>Every source was read to its end.</summary>
        Ended,
        Stopped,
        Next,
        Unproven,
        Restart,
    }

    /// <summary>Why a configuration runs no more.</summary>
    private sealed record RunEnd(EndReason Reason)
    {
        public StagedConfiguration? Next { get; init; }

        public string Why { get; init; } = "";

        public bool IsProven { get; init; }
    }
}
