using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SocialCredit.Edge.Capture;
using SocialCredit.Edge.Configuration;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Host.Configuration;
using SocialCredit.Edge.Host.Observing;
using SocialCredit.Edge.Inference;
using SocialCredit.Edge.Sensing;

namespace SocialCredit.Edge.Host;

/// <summary>A camera, its detectors and its zones, made from their section of the configuration.</summary>
internal sealed class CameraParts(CameraSection section, SensingOptions sensing, Camera camera, Detector[] detectors) : IDisposable
{
    private Detector[] _shadowDetectors = [];
    private bool _hasPipeline;

    public Camera Camera => camera;

    /// <summary>What another model or other rules would change; null where the section names none.</summary>
    public ShadowDifference? Difference { get; } = section.Shadow is null ? null : new ShadowDifference(section);

    /// <exception cref="ModelException">The model cannot be used.</exception>
    public static CameraParts Open(AgentConfiguration configuration, CameraSection section, ModelStore store, ILogger? log = null)
    {
        var detectors = Detectors(store, section.Model, section.Workers);
        var camera = new Camera(OptionsOf(configuration.Folder, section), TimeProvider.System, log ?? NullLogger.Instance);
        var shadow = section.Shadow?.Model is { } other ? Detectors(store, other, section.Workers) : [];
        return new CameraParts(section, configuration.Sensing, camera, detectors) { _shadowDetectors = shadow };
    }

    /// <summary>The chain behind the camera; it disposes the detectors.</summary>
    /// <param name="observer">What comes after the rules.</param>
    /// <param name="hub">The device's sensors; null where it has none.</param>
    /// <param name="offline">See <see cref="Follower.Offline"/>.</param>
    /// <param name="times">Told how long each frame took; null where nobody measures.</param>
    public AgentPipeline Pipeline(
        IFrameObserver observer, SensorHub? hub = null, Action<long, List<Detection>, List<Track>>? offline = null, FrameTimes? times = null)
    {
        _hasPipeline = true;
        var inForce = Difference?.InForce(observer) ?? observer;
        return new AgentPipeline(camera, detectors, Follower(section.Zones, inForce, hub, offline), section.Aspect)
        {
            Shadow = section.Shadow is { } shadow
                ? new Shadow(_shadowDetectors, Follower(section.Zones.Select(shadow.Of), Difference!.Shadow, hub, null, isShadow: true))
                : null,
            FrameTimes = times,
        };
    }

    public void Dispose()
    {
        camera.Dispose();
        foreach (var detector in _hasPipeline ? [] : detectors.Concat(_shadowDetectors))
            detector.Dispose();
    }

    private Follower Follower(
        IEnumerable<ZoneSection> zones, IFrameObserver observer, SensorHub? hub, Action<long, List<Detection>, List<Track>>? offline, bool isShadow = false)
    {
        var ground = section.Ground?.ToPlane(section.Aspect);
        var all = zones.ToList();

        // Things that were left are looked for only where a zone asks for them.
        var asks = all.Any(zone => zone.Behaviours.Keys.Any(name => name is "abandoned_object" or "object_cleared"));
        return new Follower(
            [.. all.Select(zone => new ZoneRules(zone.ToZone(ground, sensing.Kinds), zone.Behaviours.Values))],
            observer,
            asks ? new StaticForeground() : null,
            hub is null ? null : new SceneFeed(hub, sensing.Latency))
        { Offline = offline, IsShadow = isShadow };
    }

    private static Detector[] Detectors(ModelStore store, string name, int count)
    {
        var model = store.Find(name);
        var detectors = new Detector[count];
        for (var i = 0; i < detectors.Length; i++)
            detectors[i] = new Detector(model, new DetectorOptions());
        return detectors;
    }

    /// <param name="folder">From which a path in the section is read.</param>
    /// <param name="section">What is asked of the capture.</param>
    public static CameraOptions OptionsOf(string folder, CameraSection section) => new()
    {
        Name = section.Name,
        Source = SourceOf(folder, section.Source),
        FramesPerSecond = section.FramesPerSecond,
        Masks = section.Masks,
        StartsAt = section.StartsAt,
        Paced = section.Paced,
        Loop = section.Loop,
        User = section.Username,
        Password = section.Password is { } secret ? secret.Reveal : null,
        Redact = Redactor.Clean,
    };

    /// <summary>A path is read from the configuration's folder; an address stays as it is.</summary>
    private static string SourceOf(string folder, string source)
    {
        var scheme = source.AsSpan(0, Math.Max(0, source.IndexOf(':')));
        var isAddress = scheme.Length > 1 && char.IsAsciiLetter(scheme[0]) && !scheme.ContainsAny('/', '\\');
        return isAddress ? source : Path.GetFullPath(Path.Combine(folder, source));
    }
}
