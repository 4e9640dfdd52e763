using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Host.Configuration;
using SocialCredit.Edge.Inference;

namespace SocialCredit.Edge.Host.Staging;

/// <summary>
/// Decides which configuration is to run: the file's, unless it has faults or did not prove itself; then the last good one. Every
/// answer follows from the files alone, so that it is the same after a crash.
/// </summary>
internal sealed partial class ConfigurationStage
{
    private const string DiedWords = "the agent ended while it was on probation";

    private readonly string _path;
    private readonly string? _models;
    private readonly string _state;
    private readonly ILogger _log;
    private readonly SetPolicy _setPolicy;
    private readonly Lock _gate = new();
    private string _said = "";

    /// <param name="path">The agent's file.</param>
    /// <param name="models">A folder from the command line, or null.</param>
    /// <param name="state">The state folder.</param>
    /// <param name="services">Clock and log.</param>
    public ConfigurationStage(string path, string? models, string state, (TimeProvider Time, ILogger Log) services)
    {
        (_path, _models, _state, _log) = (path, models, state, services.Log);
        History = new ConfigurationHistory(state, services.Time, services.Log);
        _setPolicy = new SetPolicy(state);
    }

    public ConfigurationHistory History { get; }

    /// <summary>The file has faults; what runs is from before.</summary>
    public bool IsFaulty { get; private set; }

    /// <summary>The file did not prove itself; what runs is from before.</summary>
    public bool IsRolledBack { get; private set; }

    /// <summary>The command whose policy the process before died of; 0 if none.</summary>
    public long DiedOf { get; private set; }

    /// <summary>What is to run at the start of the process; one that a process before died of is not.</summary>
    /// <param name="given">The file's, where it has no faults.</param>
    public StagedConfiguration? Start(AgentConfiguration? given)
    {
        foreach (var unfinished in History.Read().Where(entry => entry.State == HistoryState.Probation))
        {
            var lastGood = History.LastGood;
            TryKeep(() => History.Reject(unfinished.Sha256, DiedWords));
            if (lastGood is null)
                continue;
            LogRejected(unfinished.Sha256[..12], DiedWords);
            if (unfinished.Command == lastGood.Command)
                continue;
            RestorePolicy();
            DiedOf = unfinished.Command;
        }

        // Nothing to go back to: whatever it is, there is no better.
        if (History.LastGood is not null && Decide() is { } decided)
            return decided;
        return given is null ? null : Of(given, 0) with { MustWork = ProbationFacts.None };
    }

    /// <summary>What is to run now; null where nothing can. Faults are said once.</summary>
    public StagedConfiguration? Decide()
    {
        lock (_gate)
            return DecideAlone();
    }

    /// <summary>The last good one; null where there is none.</summary>
    public StagedConfiguration? FallBack() => History.LastGood is { } lastGood ? ReadLastGood(lastGood) : null;

    private StagedConfiguration? DecideAlone()
    {
        var (candidate, faults) = ReadCandidate();
        (IsFaulty, IsRolledBack) = (candidate is null, false);
        Say(faults);
        var lastGood = History.LastGood;
        if (candidate is not null)
        {
            var entry = History.Find(candidate.Sha256);
            if (entry is not null && entry.Sha256 == lastGood?.Sha256)
                return candidate;
            if (entry is not { State: HistoryState.Rejected })
            {
                return candidate with
                {
                    MustWork = lastGood?.Facts ?? ProbationFacts.None,
                    HasFallback = lastGood is not null,
                    IsByCommand = candidate.Command != 0 && candidate.Command != lastGood?.Command,
                };
            }

            IsRolledBack = lastGood is not null;
        }

        return FallBack();
    }

    /// <summary>Stages a policy that a command brought; the next <see cref="Decide"/> gives it.</summary>
    /// <param name="running">What runs now.</param>
    /// <param name="command">Names the policy and its sha256.</param>
    /// <param name="bytes">What came on the topic; null if nothing did.</param>
    /// <returns>Why not, or none.</returns>
    public CommandReason Stage(AgentConfiguration running, DeviceCommand command, ReadOnlyMemory<byte>? bytes)
    {
        lock (_gate)
            return StageAlone(running, command, bytes);
    }

    private CommandReason StageAlone(AgentConfiguration running, DeviceCommand command, ReadOnlyMemory<byte>? bytes)
    {
        if (bytes is not { } policy)
            return CommandReason.PolicyMissing;
        if (Convert.ToHexStringLower(SHA256.HashData(policy.Span)) != command.Sha256)
            return CommandReason.PolicyOther;
        try
        {
            var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(policy.Span);
            var texts = running.Texts with { Policy = text };
            if (AgentConfiguration.Load(_path, texts, out var faults) is not { } configuration || configuration.Policy.Id != command.Policy)
            {
                Say([.. faults.Select(fault => fault.ToString())]);
                return CommandReason.PolicyFaulty;
            }

            if (History.Find(Of(configuration, command.Id).Sha256) is { State: HistoryState.Rejected })
                return CommandReason.RejectedBefore;
            _setPolicy.Set(text, ConfigurationTexts.ReadText(running.PathOf(running.Options.Policy)), command.Id);
            return CommandReason.None;
        }
        catch (DecoderFallbackException)
        {
            return CommandReason.PolicyFaulty;
        }
        catch (Exception refused) when (refused is IOException or ModelException)
        {
            LogNotKept(refused.Message);
            return CommandReason.NotKept;
        }
    }

    /// <summary>On the disk before it is tried. False where the disk does not take it and there is something to stay with.</summary>
    public bool Begin(StagedConfiguration staged) =>
        TryKeep(() => History.Begin(staged.Sha256, staged.Texts, staged.Command)) || !staged.HasFallback;

    public void Keep(StagedConfiguration staged, ProbationFacts facts) => TryKeep(() => History.Keep(staged.Sha256, facts));

    /// <summary>Takes it back; <see cref="Decide"/> gives the last good one from now on.</summary>
    public void Reject(StagedConfiguration staged, string why)
    {
        LogRejected(staged.Sha256[..12], why);
        TryKeep(() => History.Reject(staged.Sha256, why));
        if (staged.IsByCommand)
            RestorePolicy();
    }

    public void Forget(StagedConfiguration staged) => TryKeep(() => History.Forget(staged.Sha256));

    /// <summary>A changed file shows in this.</summary>
    public string Stamp(AgentConfiguration running)
    {
        IEnumerable<string> files = [_path, running.PathOf(running.Options.Policy), History.FilePath, _setPolicy.FilePath];
        return string.Join(' ', files.Concat(ModelFiles(running)).Select(StampOf));
    }

    /// <summary>The set policy of the last good configuration, or the file.</summary>
    private void RestorePolicy()
    {
        TryKeep(() =>
        {
            if (History.LastGood is { Command: not 0 } good && History.TextsOf(good) is { } texts
                && AgentConfiguration.Load(_path, texts, out _) is { } configuration)
                _setPolicy.Set(texts.Policy, ConfigurationTexts.ReadText(configuration.PathOf(configuration.Options.Policy)), good.Command);
            else
                _setPolicy.Clear();
        });
    }

    private (StagedConfiguration? Candidate, IReadOnlyList<string> Faults) ReadCandidate()
    {
        if (AgentConfiguration.Load(_path, out var faults) is not { } file)
            return (null, [.. faults.Select(fault => fault.ToString())]);
        try
        {
            if (Path.GetFullPath(file.PathOf(file.Options.State)) != Path.GetFullPath(_state))
                return (null, [$"{_path}: state is another folder now. Start the agent again, so that it is taken."]);
            var (policy, command) = _setPolicy.InForce(file.Texts.Policy);
            return AgentConfiguration.Load(_path, file.Texts with { Policy = policy }, out faults) is { } whole
                ? (Of(whole, command), [])
                : (null, [.. faults.Select(fault => fault.ToString())]);
        }
        catch (Exception unusable) when (unusable is ModelException or IOException or UnauthorizedAccessException)
        {
            return (null, [unusable.Message]);
        }
    }

    private StagedConfiguration? ReadLastGood(HistoryEntry entry)
    {
        if (History.TextsOf(entry) is not { } texts || AgentConfiguration.Load(_path, texts, out _) is not { } configuration)
            return null;
        // Under its own name, whatever became of its models since: it is the one that worked.
        return new StagedConfiguration(configuration, texts, entry.Sha256, entry.Command);
    }

    /// <exception cref="ModelException">A model is not there.</exception>
    private StagedConfiguration Of(AgentConfiguration configuration, long command)
    {
        var texts = configuration.Texts;
        var store = configuration.TrustedModels(_models);
        var models = configuration.Options.Cameras.Select(camera => camera.Model).Distinct().Select(name => $"{name} {store.Find(name).Manifest.Sha256}");
        var whole = string.Join('\0', [texts.Agent, texts.Policy, .. models]);
        return new StagedConfiguration(configuration, texts, SetPolicy.Sha256Of(whole), command);
    }

    private IEnumerable<string> ModelFiles(AgentConfiguration running)
    {
        try
        {
            var store = running.Models(_models);
            return [.. running.Options.Cameras.Select(camera => camera.Model).Distinct().SelectMany(store.FilesOf)];
        }
        catch (ModelException)
        {
            return [];
        }
    }

    private static string StampOf(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? $"{file.LastWriteTimeUtc.Ticks}:{file.Length}" : "missing";
    }

    private void Say(IReadOnlyList<string> faults)
    {
        var all = string.Join('\n', faults);
        if (all != _said && faults.Count > 0)
        {
            foreach (var fault in faults)
                LogFault(fault);
            LogStays(_path, faults.Count);
        }

        _said = all;
    }

    private bool TryKeep(Action keep)
    {
        try
        {
            lock (_gate)
                keep();
            return true;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            LogNotKept(refused.Message);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Fault}")]
    private partial void LogFault(string fault);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Path} was changed and has {Count} faults; the running configuration stays in place")]
    private partial void LogStays(string path, int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "Configuration {Version} is taken back and not tried again until it changes: {Reason}")]
    private partial void LogRejected(string version, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The history of configurations cannot be kept: {Reason}")]
    private partial void LogNotKept(string reason);
}
