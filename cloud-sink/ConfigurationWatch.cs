using System.Data.Common;
using SocialCredit.Edge.Configuration;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Enrolment;
using SocialCredit.Edge.Sink.Governance;
using SocialCredit.Edge.Sink.Ingestion;
using SocialCredit.Edge.Sink.Serving;

namespace SocialCredit.Edge.Sink;

/// <summary>
/// Takes a changed configuration, policy or calibration while the sink runs. A file with a fault changes nothing: its faults are
/// logged once and what was in force stays. The register, the profile, the policy and the calibration are taken at once, the rest
/// at the next start.
/// </summary>
internal sealed partial class ConfigurationWatch(
    LiveConfiguration live, ConfigurationWatch.Rules rules, RecordGate gate, RetainedBoard board, ConfigurationWatch.Runtime runtime)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private IReadOnlyList<ConfigFault> _faults = [];
    private bool _isFailing;

    /// <summary>What the rules for records are under a configuration.</summary>
    public static GateRules RulesOf(SinkOptions options) => new(options.Profile, new ZoneRegister(options.Zones)) { Trust = options.Trust };

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        board.Describe(Topics.ActivePolicy, () => PolicyInForce.PropertiesOf(rules.Policy.Standing));
        rules.Watch.Look(live.Current, isFirst: true);
        AnnouncePolicy();
        if (live.Current.Options is { Zones.Count: 0, Profile: not PrivacyProfile.Demo, Trust: DeviceTrust.FirstUse })
            NoRegister(runtime.Log);
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, runtime.Time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                Look();
                _isFailing = false;
            }
            catch (DbException busy)
            {
                if (!_isFailing)
                    NotRead(runtime.Log, busy.Message);
                _isFailing = true;
            }
        }
    }

    private void Look()
    {
        var (next, faults) = SinkConfiguration.Read(live.Current.Path);
        if (next is null)
        {
            if (!faults.SequenceEqual(_faults))
            {
                foreach (var fault in faults)
                    Faulty(runtime.Log, fault.ToString());
            }

            _faults = faults;
            LookForPolicy(live.Current);
            return;
        }

        _faults = [];
        var before = live.Current;
        live.Replace(next);
        gate.Replace(RulesOf(next.Options));
        if (NeedsStart(before.Options, next.Options))
            NeedsStart(runtime.Log);
        if (!next.Calibration.Bytes.Span.SequenceEqual(before.Calibration.Bytes.Span))
        {
            rules.Calibration.Replace(next.Calibration);
            TookCalibration(runtime.Log);
        }

        rules.Shadows.Replace(next.Shadows);
        LookForPolicy(next);
    }

    // Also while the files stay as they are: a policy of the store comes into force at its moment, and at the command of another process.
    private void LookForPolicy(SinkConfiguration configuration)
    {
        if (!rules.Watch.Look(configuration))
            return;
        AnnouncePolicy();
        TookPolicy(runtime.Log, rules.Policy.Current.Policy.Id);
    }

    private static bool NeedsStart(SinkOptions before, SinkOptions next) =>
        next.Broker != before.Broker || next.Store != before.Store || next.Http != before.Http || next.Authority != before.Authority
        || next.Observe != before.Observe || next.Log != before.Log || next.HomeAssistant != before.HomeAssistant
        || next.Enrolment?.IsSameAs(before.Enrolment) == false || next.Enrolment is null != before.Enrolment is null;

    private void AnnouncePolicy() => board.Announce(Topics.ActivePolicy, () => rules.Policy.Current.Bytes);

    [LoggerMessage(Level = LogLevel.Error, Message = "The store does not say which policy is in force, the one before stays: {Problem}")]
    private static partial void NotRead(ILogger logger, string problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The configuration has no zones: any device may report any zone")]
    private static partial void NoRegister(ILogger logger);

    [LoggerMessage(Level = LogLevel.Error, Message = "The new configuration is not taken, the one in force stays: {Fault}")]
    private static partial void Faulty(ILogger logger, string fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "broker, store, http, authority, enrolment, observe, homeAssistant or log has changed; it is taken at the next start")]
    private static partial void NeedsStart(ILogger logger);

    [LoggerMessage(Level = LogLevel.Information, Message = "Took policy {Policy}")]
    private static partial void TookPolicy(ILogger logger, string policy);

    [LoggerMessage(Level = LogLevel.Information, Message = "Took a new calibration")]
    private static partial void TookCalibration(ILogger logger);

    /// <summary>What scores are made by.</summary>
    internal sealed record Rules(ActivePolicy Policy, ActiveCalibration Calibration, ShadowPolicies Shadows, PolicyWatch Watch);

    internal sealed record Runtime(TimeProvider Time, ILogger<ConfigurationWatch> Log);
}
