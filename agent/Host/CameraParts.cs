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
    public Camera Camera => camera;

    /// <exception cref="ModelException">The model cannot be used.</exception>
    public static CameraParts Open(AgentConfiguration configuration, CameraSection section, ModelStore store, ILogger? log = null)
    {
        var model = store.Find(section.Model);
        var detectors = new Detector[section.Workers];
        for (var i = 0; i < detectors.Length; i++)
            detectors[i] = new Detector(model, new DetectorOptions());
        var camera = new Camera(OptionsOf(configuration.Folder, section), TimeProvider.System, log ?? NullLogger.Instance);
        return new CameraParts(section, configuration.Sensing, camera, detectors);
    }

    /// <summary>The chain behind the camera; it disposes the detectors.</summary>
    /// <param name="observer">What comes after the rules.</param>
    /// <param name="hub">The device's sensors; null where it has none.</param>
    /// <param name="offline">See <see cref="AgentPipeline.Offline"/>.</param>
    /// <param name="times">Told how long each frame took; null where nobody measures.</param>
    public AgentPipeline Pipeline(
        IFrameObserver observer, SensorHub? hub = null, Action<long, List<Detection>, List<Track>>? offline = null, FrameTimes? times = null)
    {
        var ground = section.Ground?.ToPlane(section.Aspect);
        var zones = section.Zones.Select(zone => new ZoneRules(zone.ToZone(ground, sensing.Kinds), zone.Behaviours.Values));
        var feed = hub is null ? null : new SceneFeed(hub, sensing.Latency);
        return new AgentPipeline(camera, detectors, [.. zones], observer, section.Aspect, (Foreground(), feed)) 
        {
            Offline = offline,
            FrameTimes = times,
        };
    }

    public void Dispose() => camera.Dispose();

    /// <summary>Things that were left are looked for only where a zone asks for them.</summary>
    private StaticForeground? Foreground()
    {
        var asks = section.Zones.Any(zone => zone.Behaviours.Keys.Any(name => name is "abandoned_object" or "object_cleared"));
        return asks ? new StaticForeground() : null;
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
