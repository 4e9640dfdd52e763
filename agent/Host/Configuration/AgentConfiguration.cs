using SocialCredit.Edge.Anonymisation;
using SocialCredit.Edge.Configuration;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Forwarding;
using SocialCredit.Edge.Inference;
using SocialCredit.Edge.Sensing;

namespace SocialCredit.Edge.Host.Configuration;

/// <summary>A configuration and its policy, read and found to be without fault.</summary>
internal sealed record AgentConfiguration(AgentOptions Options, Policy Policy, string Folder)
{
    /// <summary>Sensors and outputs, with the script that plays their lines where the configuration names one.</summary>
    public SensingOptions Sensing { get; private init; } = new();

    /// <summary>As both files were written.</summary>
    public ConfigurationTexts Texts { get; private init; } = new("", "");

    /// <summary>Length of every record of this device.</summary>
    public int RecordBytes => RecordLength.For(
        Options.Site, Options.Cameras.SelectMany(camera => camera.Zones).Select(zone => (zone.Name, Policy.BehavioursOf(zone.Name))));

    /// <summary>Reads both files; null where anything is wrong, and then <paramref name="faults"/> names every fault of both.</summary>
    public static AgentConfiguration? Load(string path, out IReadOnlyList<ConfigFault> faults) => Load(path, null, out faults);

    /// <summary>The same of texts that stand, or stood, in the files; all other paths are read from the folder of <paramref name="path"/>.</summary>
    /// <param name="path">Of the agent's file.</param>
    /// <param name="texts">Null to read the files.</param>
    /// <param name="faults">Of both.</param>
    public static AgentConfiguration? Load(string path, ConfigurationTexts? texts, out IReadOnlyList<ConfigFault> faults)
    {
        var document = texts is null ? YamlReader.Read<AgentOptions>(path) : YamlReader.Parse<AgentOptions>(texts.Agent, path);
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (document.Value is not { } options)
        {
            faults = document.Faults;
            return null;
        }

        var policyPath = Path.Combine(folder, options.Policy);
        var policyDocument = texts is null ? YamlReader.Read<Policy>(policyPath) : YamlReader.Parse<Policy>(texts.Policy, policyPath);
        if (policyDocument.Value is { } read)
            CheckPolicy(policyDocument, read);
        CheckNames(document, options);
        CheckProfile(document, options, folder);
        if (options.Key?.Problem() is { } problem)
            document.AddFault("key", problem, "Write pkcs11: or tpm2:, see edge check.");
        ZoneLint.Check(document, options);
        var (sensing, scriptFaults) = SensingSection.Read(document, options, folder);
        for (var c = 0; c < options.Cameras.Count; c++)
        {
            foreach (var fault in CameraParts.OptionsOf(folder, options.Cameras[c]).FindFaults())
                document.AddFault($"cameras[{c}].{(fault.StartsWith("Mask", StringComparison.Ordinal) ? "masks" : "source")}", fault, "");
            if (options.Cameras[c].FramesPerSecond is > 0 and < 1)
            {
                document.AddFault(
                    $"cameras[{c}].framesPerSecond",
                    "is less than 1: too few to follow anyone, and the zones would be reported as not watched.",
                    "Write 1 or more, or 0 for every frame.");
            }

            var ground = CheckGround(document, $"cameras[{c}].ground", options.Cameras[c]);
            for (var z = 0; z < options.Cameras[c].Zones.Count; z++)
                CheckZone(document, $"cameras[{c}].zones[{z}]", (options.Cameras[c].Zones[z], ground, sensing.Kinds), policyDocument.Value);
            CheckShadow(document, $"cameras[{c}].shadow", (options.Cameras[c], ground, sensing.Kinds));
        }

        faults = [.. document.Faults, .. policyDocument.Faults, .. scriptFaults];
        return faults.Count == 0 && policyDocument.Value is { } policy
            ? new AgentConfiguration(options, policy, folder) { Sensing = sensing, Texts = texts ?? ConfigurationTexts.Read(path, policyPath) }
            : null;
    }

    /// <summary>Where this configuration's models are looked for.</summary>
    /// <param name="asked">A folder from the command line, before the configuration's own; null where none was given.</param>
    public ModelStore Models(string? asked) => ModelStore.FromEnvironment(asked ?? (Options.Models is { } folder ? PathOf(folder) : null));

    /// <summary>The broker, and how this device presents itself to it.</summary>
    public BrokerOptions Broker => Options.Broker.ToOptions(Options.Device, Options.State, Folder);

    /// <summary>The device's key; a new one in the state folder where there is none and no token is named.</summary>
    /// <inheritdoc cref="DeviceKey.OpenOrMake" path="/exception"/>
    public DeviceKey OpenKey() => Options.Key is { } key ? DeviceKey.Open(key.ToToken()) : DeviceKey.OpenOrMake(State);

    /// <summary>The device's key, or null where none was made yet.</summary>
    /// <inheritdoc cref="DeviceKey.OpenOrMake" path="/exception"/>
    public DeviceKey? FindKey() => Options.Key is null ? DeviceKey.Find(State) : OpenKey();

    /// <summary>The state folder.</summary>
    public string State => PathOf(Options.State);

    /// <summary>The same, but gives away only models that are signed by a publisher whom this configuration trusts; for whatever runs in the field.</summary>
    /// <inheritdoc cref="Models" path="/param"/>
    public ModelStore TrustedModels(string? asked)
    {
        var store = Models(asked);
        return Options.AllowUnsignedModels ? store : store.Demanding(new ModelSignatures(Options.Publishers is { } folder ? PathOf(folder) : null).Demand);
    }

    /// <summary>A path of the configuration, from the folder of its file.</summary>
    public string PathOf(string path) => Path.GetFullPath(Path.Combine(Folder, path));

    private static void CheckPolicy(YamlDocument<Policy> document, Policy policy)
    {
        if (!Names.IsVersion(policy.Id))
            document.AddFault("id", $"'{policy.Id}' is not a version.", "Versions are [a-z0-9.-], 1 to 32 characters.");
        foreach (var name in policy.Behaviours.Keys)
        {
            if (Behaviours.Find(name) is not { IsScored: true })
                document.AddFault($"behaviours.{name}", "is not a behaviour that can be scored.", $"Known: {KnownScored()}.");
        }
    }

    private static string KnownScored() =>
        string.Join(", ", Behaviours.All.Where(b => b.IsScored).Select(b => b.Name));

    private static void CheckNames(YamlDocument<AgentOptions> document, AgentOptions options)
    {
        var cameras = new HashSet<string>();
        var zones = new HashSet<string>();
        if (options.Cameras.Sum(camera => camera.Zones.Count) is > PrivacyManifest.ZonesMax and var count)
            document.AddFault("cameras", $"have {count} zones; a device's manifest holds {PrivacyManifest.ZonesMax}.", "Give some to another device.");
        for (var c = 0; c < options.Cameras.Count; c++)
        {
            var camera = options.Cameras[c];
            if (!cameras.Add(camera.Name))
                document.AddFault($"cameras[{c}].name", $"'{camera.Name}' is taken by another camera.", "Give each camera its own name.");
            for (var z = 0; z < camera.Zones.Count; z++)
            {
                if (!zones.Add(camera.Zones[z].Name))
                    document.AddFault($"cameras[{c}].zones[{z}].name", $"'{camera.Zones[z].Name}' is taken by another zone.", "A zone belongs to one camera.");
            }
        }
    }

    private static void CheckProfile(YamlDocument<AgentOptions> document, AgentOptions options, string folder)
    {
        var broker = options.Broker.ToOptions(options.Device, options.State, folder);
        if (broker.Problem() is { } problem)
            document.AddFault("broker.host", problem, "");
        for (var c = 0; c < options.Cameras.Count; c++)
        {
            for (var z = 0; z < options.Cameras[c].Zones.Count; z++)
            {
                foreach (var fault in ProfileRules.Check(options.Profile, options.Cameras[c].Zones[z].WindowSeconds, broker.IsLoopback))
                    document.AddFault($"cameras[{c}].zones[{z}].windowSeconds", fault, "");
            }
        }
    }

    /// <summary>The plane; where the section has faults a stand-in, so that rules do not say again that there is none.</summary>
    private static GroundPlane? CheckGround(YamlDocument<AgentOptions> document, string key, CameraSection camera)
    {
        if (camera.Ground is not { } section)
            return null;
        foreach (var (below, problem, hint) in section.FindFaults(camera.Aspect))
            document.AddFault(below.Length == 0 ? key : $"{key}.{below}", problem, hint);
        return section.ToPlane(camera.Aspect) ?? GroundPlane.FromAbove(1, 1);
    }

    private static void CheckZone(
        YamlDocument<AgentOptions> document,
        string key,
        (ZoneSection Section, GroundPlane? Ground, IReadOnlyDictionary<string, SensorKind> Sensors) zone,
        Policy? policy)
    {
        var section = zone.Section;
        CheckPoints(document, $"{key}.polygon", section.Polygon);
        foreach (var (name, area) in section.Areas)
            CheckPoints(document, $"{key}.areas.{name}.polygon", area.Polygon);
        foreach (var (name, line) in section.Lines)
        {
            CheckPoints(document, $"{key}.lines.{name}", [line.From, line.To]);
            if (line.From == line.To)
                document.AddFault($"{key}.lines.{name}", "begins where it ends.", "Give it two points.");
        }

        if (IsDrawn(section))
            CheckRules(document, key, (null, section), section.ToZone(zone.Ground, zone.Sensors));
        if (policy is not null)
            CheckMeasured(document, key, section, policy);
    }

    private static void CheckShadow(
        YamlDocument<AgentOptions> document, string key, (CameraSection Section, GroundPlane? Ground, IReadOnlyDictionary<string, SensorKind> Sensors) camera)
    {
        if (camera.Section.Shadow is not { } shadow)
            return;
        shadow.Check(document, key, camera.Section);
        foreach (var zone in camera.Section.Zones.Where(zone => shadow.Behaviours.ContainsKey(zone.Name) && IsDrawn(zone)))
            CheckRules(document, key, (zone.Name, shadow.Of(zone)), zone.ToZone(camera.Ground, camera.Sensors));
    }

    private static bool IsDrawn(ZoneSection section) =>
        section.Polygon.Count >= 3 && section.Areas.Values.All(area => area.Polygon.Count >= 3);

    private static void CheckRules(YamlDocument<AgentOptions> document, string key, (string? Below, ZoneSection Section) rules, Zone zone)
    {
        var (below, section) = (rules.Below is null ? "" : $".{rules.Below}", rules.Section);
        foreach (var (name, rule) in section.Behaviours)
        {
            foreach (var fault in rule.Check(zone))
            {
                var option = fault.MemberNames.FirstOrDefault() is { } member ? $".{char.ToLowerInvariant(member[0])}{member[1..]}" : "";
                document.AddFault($"{key}.behaviours{below}.{name}{option}", fault.ErrorMessage ?? "is not valid.", "");
            }
        }
    }

    /// <summary>A behaviour that the policy scores and nobody watches would read as one that never happens.</summary>
    private static void CheckMeasured(YamlDocument<AgentOptions> document, string key, ZoneSection section, Policy policy)
    {
        var isCountingPassages = section.Behaviours.Keys.Any(name => Behaviours.Find(name)?.Sign == BehaviourSign.Exposure);
        if (!isCountingPassages)
            document.AddFault($"{key}.behaviours", "has no exposure, so no rate can be made.", "Add passage: {} or line_passage: {}.");
        foreach (var name in policy.BehavioursOf(section.Name).Where(name => !section.Behaviours.ContainsKey(name)))
        {
            document.AddFault(
                $"{key}.behaviours",
                $"does not watch {name}, which policy {policy.Id} scores for this zone.",
                $"Add {name}: {{}}, or list what the zone is measured for under zones: in the policy.");
        }
    }

    private static void CheckPoints(YamlDocument<AgentOptions> document, string key, IReadOnlyList<Point> points)
    {
        for (var i = 0; i < points.Count; i++)
        {
            if (points[i].X is < 0 or > 1 || points[i].Y is < 0 or > 1)
                document.AddFault($"{key}[{i}]", $"[{points[i].X}, {points[i].Y}] lies outside the picture.", "Points are shares of the picture, 0..1, not pixels.");
        }
    }
}
