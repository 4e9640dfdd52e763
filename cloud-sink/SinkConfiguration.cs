using SocialCredit.Edge.Configuration;
using SocialCredit.Edge.Sink.Governance;

namespace SocialCredit.Edge.Sink;

/// <summary>A good <c>sink.yaml</c>, and the policy and the calibration that it names.</summary>
internal sealed record SinkConfiguration(string Path, SinkOptions Options, PolicyFile Policy, CalibrationFile Calibration)
{
    /// <summary>The keys of the bodies that sign policies; none where the configuration has no governance.</summary>
    public RoleKeys Keys { get; init; } = RoleKeys.None;

    /// <summary>Policies that are computed beside.</summary>
    public IReadOnlyList<PolicyFile> Shadows { get; init; } = [];

    /// <summary>Reads all of these files; every fault of all at once, and null if there is any.</summary>
    public static (SinkConfiguration? Configuration, IReadOnlyList<ConfigFault> Faults) Read(string path)
    {
        var document = YamlReader.Read<SinkOptions>(path);
        if (document.Value is not { } options)
            return (null, document.Faults);
        SinkOptionsRules.Check(options, document.AddFault);
        var keys = options.Governance is { } governance ? RoleKeys.Read(governance, file => Beside(path, file), document.AddFault) : RoleKeys.None;
        var (policy, policyFaults) = PolicyReader.Read(Beside(path, options.Policy));
        var (calibration, calibrationFaults) = ReadCalibration(path, options);
        var shadows = options.Policies.Shadow.Select(file => PolicyReader.Read(Beside(path, file))).ToList();
        foreach (var same in shadows.Select(shadow => shadow.File?.Policy.Id).Append(policy?.Policy.Id).OfType<string>().GroupBy(id => id, StringComparer.Ordinal).Where(ids => ids.Count() > 1))
            document.AddFault("policies.shadow", $"Two of the policies are called {same.Key}.", "Give each an id of its own, or name it once.");
        var faults = (IReadOnlyList<ConfigFault>)[.. document.Faults, .. policyFaults, .. calibrationFaults, .. shadows.SelectMany(shadow => shadow.Faults)];
        return faults.Count == 0 && policy is not null && calibration is not null
            ? (new SinkConfiguration(path, options, policy, calibration) { Keys = keys, Shadows = [.. shadows.Select(shadow => shadow.File!)] }, [])
            : (null, faults);
    }

    /// <summary>The calibration that a configuration names, or none where it names none.</summary>
    public static (CalibrationFile? File, IReadOnlyList<ConfigFault> Faults) ReadCalibration(string path, SinkOptions options) =>
        options.Calibration is null ? (CalibrationFile.None, []) : CalibrationReader.Read(Beside(path, options.Calibration));

    /// <summary>Paths in a configuration start from its own folder.</summary>
    public static string Beside(string configurationPath, string path) =>
        System.IO.Path.Combine(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(configurationPath))!, path);
}
