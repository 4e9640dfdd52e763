using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Governance;

/// <summary>
/// Looks which policy is in force, says when that changes and when it ends, and writes into the audit log what no command does: keys of
/// bodies, calibrations and policies that came with the configuration, and that a policy has expired.
/// </summary>
internal sealed partial class PolicyWatch(IEventStore store, ActivePolicy active, TimeProvider time, ILogger<PolicyWatch> log)
{
    private readonly AuditTables _audit = new(store.Database);
    private string _noted = "";
    private int? _daysSaid;

    /// <summary>Looks once; true where another policy, or the same by another right, is in force from now on.</summary>
    public bool Look(SinkConfiguration configuration, bool isFirst = false)
    {
        Note(configuration);
        var (before, next) = (active.Standing, PolicyInForce.Of(configuration, store, time));
        foreach (var refused in next.Refused.Except(isFirst ? [] : before.Refused))
        {
            Refused(log, refused);
            _audit.AppendNews(new(AuditKind.PolicyRefused, "in-force", "sink", time.GetUtcNow()) { Detail = [("reason", "unfit"), ("instead", next.File.Policy.Id)] });
        }

        Warn(next);
        if (next.IsSameAs(before) && !isFirst)
            return false;

        // Said first: who sees that it has changed finds it in the log.
        Say(next);
        active.Replace(next);
        return true;
    }

    private void Say(PolicyStanding next)
    {
        var id = next.File.Policy.Id;
        if (next.State == PolicyState.Unsigned)
            Alone(log, id);
        else if (next.State == PolicyState.Provisional)
            Provisional(log, id);
        else
            Signed(log, id, string.Join(", ", next.Signatures.Select(signature => PolicyTables.WordOf(signature.Role))), next.Activation!.Ends);
        if (next.State == PolicyState.Expired)
            _audit.AppendNews(new(AuditKind.PolicyExpired, id, "sink", next.Activation!.Ends) { Detail = [("activation", $"{next.Activation.Number}")] });
    }

    // Once a day.
    private void Warn(PolicyStanding next)
    {
        var days = next.DaysLeft(time.GetUtcNow());
        if (days >= PolicyTerms.Warning.Days || days == _daysSaid)
            return;
        _daysSaid = days;
        if (days is < 0)
            Expired(log, next.File.Policy.Id, next.Activation!.Ends);
        else if (days is { } left)
            EndsSoon(log, next.File.Policy.Id, left);
    }

    // Several sinks say the same, and the log keeps it once.
    private void Note(SinkConfiguration configuration)
    {
        var policy = configuration.Options.Governance is null ? PolicySignature.Sha256Of(configuration.Policy.Bytes.Span) : "";
        var calibration = PolicySignature.Sha256Of(configuration.Calibration.Bytes.Span);
        var keys = Enum.GetValues<PolicyRole>().Select(configuration.Keys.IdOf).ToList();
        var all = string.Join(' ', [policy, calibration, .. keys]);
        if (all == _noted)
            return;
        var now = time.GetUtcNow();
        if (policy.Length > 0)
            _audit.AppendNews(new(AuditKind.PolicyActivated, "file", "operator", now) { Detail = [("policy", configuration.Policy.Policy.Id), ("sha256", policy), ("signed", "")] });
        if (configuration.Options.Calibration is not null)
            _audit.AppendNews(new(AuditKind.CalibrationChanged, "file", "operator", now) { Detail = [("sha256", calibration)] });
        foreach (var role in Enum.GetValues<PolicyRole>())
            new PolicyTables(store.Database).NoteKey(role, configuration.Keys.IdOf(role), now);
        _noted = all;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Policy {Policy} is in force: one operator alone decides. With governance in the configuration two of three bodies sign")]
    private static partial void Alone(ILogger logger, string policy);

    [LoggerMessage(Level = LogLevel.Warning, Message = "No policy was activated yet: the file's, {Policy}, is in force, signed by nobody")]
    private static partial void Provisional(ILogger logger, string policy);

    [LoggerMessage(Level = LogLevel.Information, Message = "Policy {Policy} is in force, signed by {Roles}, until {Ends:u}")]
    private static partial void Signed(ILogger logger, string policy, string roles, DateTimeOffset ends);

    [LoggerMessage(Level = LogLevel.Error, Message = "A policy that was activated is not in force, the one before stays: {Reason}")]
    private static partial void Refused(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Policy {Policy} ends in {Days} days; publish the next one now: it needs 14 days")]
    private static partial void EndsSoon(ILogger logger, string policy, int days);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Policy {Policy} has expired at {Ends:u}; scores go on and are marked as expired. Publish, sign and activate another")]
    private static partial void Expired(ILogger logger, string policy, DateTimeOffset ends);
}
