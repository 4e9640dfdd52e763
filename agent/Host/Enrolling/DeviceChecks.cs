using System.Globalization;
using SocialCredit.Edge.Forwarding;
using SocialCredit.Edge.Host.Configuration;
using SocialCredit.Edge.Inference;

namespace SocialCredit.Edge.Host.Enrolling;

/// <summary>What <c>edge check</c> looks at. Nothing is changed by it, but for a file that is made in the state folder and taken away again.</summary>
internal sealed class DeviceChecks(AgentConfiguration configuration, string? models, TimeProvider time)
{
    private const long FreeBytesMin = 256L << 20;

    private static readonly TimeSpan ClockOffMax = TimeSpan.FromMinutes(5);

    private readonly string _state = configuration.State;
    private EnrolledSink? _enrolled;

    public async Task<IReadOnlyList<DeviceCheck>> RunAsync(CancellationToken cancellationToken)
    {
        List<DeviceCheck> checks = [.. Models(), State(), Waiting()];
        DeviceKey? key = null;
        try
        {
            key = configuration.FindKey();
            _enrolled = EnrolledSink.Find(_state);
            checks.Add(Key(key));
            checks.Add(Enrolment());
            checks.Add(Certificate(key));
            checks.Add(await ClockAsync(cancellationToken));
        }
        catch (IOException unusable)
        {
            checks.Add(new("identity", CheckResult.Failure, unusable.Message));
        }

        using (key)
            checks.Add(await BrokerAsync(key, cancellationToken));
        return checks;
    }

    private IEnumerable<DeviceCheck> Models()
    {
        var store = configuration.TrustedModels(models);
        foreach (var name in configuration.Options.Cameras.Where(camera => camera.Enabled).Select(camera => camera.Model).Distinct())
            yield return Model(store, name);
    }

    private static DeviceCheck Model(ModelStore store, string name)
    {
        try
        {
            return new($"model {name}", CheckResult.Ok, $"sha256 {store.Find(name).Manifest.Sha256}");
        }
        catch (Exception unusable) when (unusable is ModelException or IOException or UnauthorizedAccessException)
        {
            return new($"model {name}", CheckResult.Failure, unusable.Message);
        }
    }

    private DeviceCheck State()
    {
        const string what = "state folder";
        try
        {
            Directory.CreateDirectory(_state);
            var trial = Path.Combine(_state, ".check");
            StateFile.Write(trial, "written"u8);
            File.Delete(trial);
            var drive = new DriveInfo(_state);
            if (drive.DriveFormat is "tmpfs" or "ramfs")
                return new(what, CheckResult.Failure, $"{_state} is in RAM: records that wait would be lost with the power. Put state: on a disk");
            var free = string.Create(CultureInfo.InvariantCulture, $"{drive.AvailableFreeSpace >> 20} MB free");
            return drive.AvailableFreeSpace < FreeBytesMin
                ? new(what, CheckResult.Warning, $"{_state} has {free}: make room, or records will be refused")
                : new(what, CheckResult.Ok, $"{_state} takes files, {free}");
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return new(what, CheckResult.Failure, $"{_state} takes no files: {refused.Message}. It must be on a disk and belong to the user that runs the agent");
        }
    }

    private DeviceCheck Waiting()
    {
        const string what = "outbox";
        var file = new FileInfo(Path.Combine(_state, "outbox.db"));
        var aside = Directory.Exists(_state) ? Directory.GetFiles(_state, "outbox.db.corrupt-*").Where(path => !path.EndsWith("-wal", StringComparison.Ordinal) && !path.EndsWith("-shm", StringComparison.Ordinal)).ToList() : [];
        if (aside.Count > 0)
            return new(what, CheckResult.Warning, $"a damaged one was set aside: {string.Join(", ", aside)}. Records that were not delivered then are in there only; check the disk");
        return file.Exists
            ? new(what, CheckResult.Ok, string.Create(CultureInfo.InvariantCulture, $"{file.FullName}, {file.Length >> 10} KB"))
            : new(what, CheckResult.Ok, "there is none yet: the agent makes it at its first start");
    }

    private DeviceCheck Key(DeviceKey? key) => key is null
        ? new("key", CheckResult.Warning, "there is none yet: edge enrol makes it, or the agent at its first start")
        : configuration.Options.Key is { } kept
        ? new("key", CheckResult.Ok, $"{key.Id}, in {(kept.Tpm2 is null ? "a PKCS #11 token" : "the TPM")} ({kept.Tpm2 ?? kept.Pkcs11}): a stolen disk does not have it")
        : new("key", CheckResult.Ok, $"{key.Id}, a file of mode 0600: who steals the disk has it; then say sink device revoke");

    private DeviceCheck Enrolment()
    {
        if (_enrolled is null)
            return new("enrolment", CheckResult.Warning, "with no sink: edge enrol (a sink that trusts the first key it sees needs none)");
        var missing = configuration.Options.Cameras.SelectMany(camera => camera.Zones).Select(zone => zone.Name).Except(_enrolled.Zones).ToList();
        if (_enrolled.Device != configuration.Options.Device)
            return new("enrolment", CheckResult.Failure, $"this device is enrolled as {_enrolled.Device}, and the configuration calls it {configuration.Options.Device}: enrol it again under this name");
        return missing.Count > 0
            ? new("enrolment", CheckResult.Warning, $"{_enrolled.Sink} has not approved the zones {string.Join(", ", missing)} for this device: sink device approve {_enrolled.Device} --zone ...")
            : new("enrolment", CheckResult.Ok, $"with {_enrolled.Sink}, zones {string.Join(", ", _enrolled.Zones)}");
    }

    private DeviceCheck Certificate(DeviceKey? key)
    {
        const string what = "certificate";
        if (DeviceCertificate.Find(_state) is not { } there)
            return new(what, _enrolled is null ? CheckResult.Ok : CheckResult.Failure, _enrolled is null ? "none, and none is needed before edge enrol" : "there is none, or it cannot be read: the agent asks for another as soon as the sink answers");
        var now = time.GetUtcNow();
        var life = string.Create(CultureInfo.InvariantCulture, $"valid from {there.From:yyyy-MM-dd HH:mm}Z to {there.Until:yyyy-MM-dd HH:mm}Z, renewed from {DeviceIdentity.DueOf(there):yyyy-MM-dd HH:mm}Z on");
        if (there.Key != key?.PublicKey)
            return new(what, CheckResult.Failure, "it is of another key than the device's: the agent asks for another as soon as the sink answers");
        if (now > there.Until)
            return new(what, CheckResult.Failure, $"it has expired ({life}): the agent renews it as soon as the sink answers; is the clock right?");
        return now < there.From
            ? new(what, CheckResult.Failure, $"it is not valid yet ({life}): set this device's clock")
            : new(what, CheckResult.Ok, life);
    }

    private async Task<DeviceCheck> ClockAsync(CancellationToken cancellationToken)
    {
        var now = string.Create(CultureInfo.InvariantCulture, $"{time.GetUtcNow():yyyy-MM-dd HH:mm:ss}Z");
        if (_enrolled is null || DeviceCertificate.FindAuthority(_state) is not { } authority)
            return new("clock", CheckResult.Ok, $"{now}, held against nothing: the device is not enrolled");
        using var link = new SinkLink(_enrolled.Sink, authority, time);
        try
        {
            var ahead = await link.ClockAheadAsync(cancellationToken);
            var off = string.Create(CultureInfo.InvariantCulture, $"{now}, {ahead.TotalSeconds:0} s ahead of the sink's");
            return ahead.Duration() > ClockOffMax
                ? new("clock", CheckResult.Failure, $"{off}: set it (timedatectl)")
                : new("clock", CheckResult.Ok, off);
        }
        catch (SinkException unreachable)
        {
            // A sink may be away for days; the agent keeps its records meanwhile.
            return new("clock", unreachable.Trouble == SinkTrouble.Untrusted ? CheckResult.Failure : CheckResult.Warning, $"{now}, held against nothing: {unreachable.Message}");
        }
    }

    private async Task<DeviceCheck> BrokerAsync(DeviceKey? key, CancellationToken cancellationToken)
    {
        var broker = configuration.Broker;
        var trouble = await BrokerProbe.FindTroubleAsync(broker, key, time, cancellationToken);
        return trouble is null
            ? new("broker", CheckResult.Ok, $"{broker.Host}:{broker.Port} answers{(broker.Tls is null ? "" : ", and the two accept each other's certificates")}")
            : new("broker", CheckResult.Failure, $"{broker.Host}:{broker.Port}: {trouble}");
    }
}
