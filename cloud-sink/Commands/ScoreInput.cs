using System.CommandLine;
using SocialCredit.Edge.Configuration;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Governance;
using SocialCredit.Edge.Sink.Scoring;
using SocialCredit.Edge.Sink.Serving;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Commands;

/// <summary>What scores are made of, or why they cannot be.</summary>
internal sealed record ScoreInput(Policy Policy, Calibration Calibration, SortedDictionary<string, List<DayRow>> Zones)
{
    /// <summary>What contests have decided.</summary>
    public Rulings Rulings { get; private init; } = Rulings.None;

    /// <summary>All that scores are made by beside the rows.</summary>
    public ScoreRules Rules => Rulings.Over(Policy, Calibration);

    /// <summary>Null where something is wrong: then every fault has been written to standard error.</summary>
    public static ScoreInput? Load(ScoreOptions options, ParseResult parsed)
    {
        var errors = parsed.InvocationConfiguration.Error;
        var faults = new List<string>();
        var calibration = parsed.GetValue(options.Calibration) is { } path ? Calibrated(CalibrationReader.Read(path), faults) : null;
        var input = parsed.GetValue(options.Rows) is { } rows
            ? FromFiles(rows, parsed.GetValue(options.Policy)!, errors, faults)
            : FromStore(parsed.GetValue(options.Config)!, parsed.GetValue(options.Policy), faults);
        if (input is not null && calibration is not null)
            input = input with { Calibration = calibration };
        if (input is not null && parsed.GetValue(options.Rulings) is { } rulingsPath)
            input = input with { Rulings = Ruled(RulingsFile.Read(rulingsPath), faults) };
        if (input is not null && faults.Count == 0 && parsed.GetValue(options.Zone) is { } zone)
            input = input.Only(zone, faults);

        foreach (var fault in faults)
            errors.WriteLine(fault);
        return faults.Count == 0 ? input : null;
    }

    private static Calibration? Calibrated((CalibrationFile? File, IReadOnlyList<ConfigFault> Faults) read, List<string> faults)
    {
        faults.AddRange(read.Faults.Select(fault => fault.ToString()));
        return read.File?.Calibration;
    }

    private static Rulings Ruled((RulingsFile? File, IReadOnlyList<ConfigFault> Faults) read, List<string> faults)
    {
        faults.AddRange(read.Faults.Select(fault => fault.ToString()));
        return read.File?.Rulings ?? Rulings.None;
    }

    private static Policy? ReadPolicy(string path, List<string> faults)
    {
        var (file, wrong) = PolicyReader.Read(path);
        faults.AddRange(wrong.Select(fault => fault.ToString()));
        return file?.Policy;
    }

    private static ScoreInput? FromFiles(string rowsPath, string policyPath, TextWriter notes, List<string> faults)
    {
        var rows = RowsCsvReader.Read(rowsPath);
        faults.AddRange(rows.Faults);
        if (ReadPolicy(policyPath, faults) is not { } policy)
            return null;
        foreach (var behaviour in rows.Behaviours.Where(name => !policy.Behaviours.ContainsKey(name)))
            notes.WriteLine($"{rowsPath}:1: {behaviour}: not scored, policy {policy.Id} does not name it");
        return new ScoreInput(policy, Calibration.None, rows.Zones);
    }

    private static ScoreInput? FromStore(string configPath, string? policyPath, List<string> faults)
    {
        var document = YamlReader.Read<SinkOptions>(configPath);
        faults.AddRange(document.Faults.Select(fault => fault.ToString()));
        if (document.Value is not { } options || faults.Count > 0)
            return null;
        var folder = Path.GetDirectoryName(Path.GetFullPath(configPath))!;
        var policy = ReadPolicy(policyPath ?? Path.Combine(folder, options.Policy), faults);
        var calibration = Calibrated(SinkConfiguration.ReadCalibration(configPath, options), faults);
        if (!EventStores.IsThere(options, configPath))
            faults.Add($"{configPath}: {EventStores.NameOf(options, configPath)} is not there yet; start \"sink run\" first, or score files with --rows.");
        if (policy is null || calibration is null || faults.Count > 0)
            return null;

        using var store = EventStores.Open(options, configPath);
        var zones = new SortedDictionary<string, List<DayRow>>(StringComparer.Ordinal);
        foreach (var day in store.ZoneDays(null, ScoreBook.Earliest, DateOnly.MaxValue))
        {
            if (!zones.TryGetValue(day.Zone, out var days))
                zones.Add(day.Zone, days = []);
            days.Add(ScoreBook.RowOf(day));
        }

        var rulings = new ActiveRulings(new AuditTables(store.Database), new ContestTables(store.Database)).Current.Rulings;
        if (policyPath is null && options.Governance is not null)
            policy = Active(configPath, store, faults) ?? policy;
        return new ScoreInput(policy, calibration, zones) { Rulings = rulings };
    }

    // With governance the store knows which policy is in force.
    private static Policy? Active(string configPath, IEventStore store, List<string> faults)
    {
        var (configuration, wrong) = SinkConfiguration.Read(configPath);
        faults.AddRange(wrong.Select(fault => fault.ToString()));
        return configuration is null ? null : PolicyInForce.Of(configuration, store, TimeProvider.System).File.Policy;
    }

    private ScoreInput? Only(string zone, List<string> faults)
    {
        if (Zones.TryGetValue(zone, out var days))
            return this with { Zones = new SortedDictionary<string, List<DayRow>>(StringComparer.Ordinal) { [zone] = days } };
        faults.Add($"--zone: there are no rows of {zone}; there are {(Zones.Count == 0 ? "none at all" : string.Join(", ", Zones.Keys))}.");
        return null;
    }
}
