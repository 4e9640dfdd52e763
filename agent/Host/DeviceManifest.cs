using System.Reflection;
using SocialCredit.Edge.Anonymisation;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Host.Configuration;
using SocialCredit.Edge.Inference;

namespace SocialCredit.Edge.Host;

/// <summary>Makes this device's manifest of its configuration, its policy and its models: of the same values by which its records are made.</summary>
internal static class DeviceManifest
{
    /// <param name="configuration">One without faults.</param>
    /// <param name="store">Has checked the weights that it names.</param>
    /// <param name="publicKey">Of the device.</param>
    /// <param name="today">UTC.</param>
    /// <exception cref="ModelException">A model cannot be used.</exception>
    public static PrivacyManifest Of(AgentConfiguration configuration, ModelStore store, string publicKey, DateOnly today)
    {
        var options = configuration.Options;
        var (least, most) = PublishDelay.SecondsOf(options.Profile);
        return new PrivacyManifest
        {
            Site = options.Site,
            Device = options.Device,
            Profile = options.Profile,
            Software = Software(),
            Issued = today,
            Topics = ManifestWords.Topics(options.Device, options.Profile, configuration.RecordBytes),
            Fields = ManifestWords.Fields(options.Profile),
            RecordBytes = configuration.RecordBytes,
            PublishSecondsMin = least,
            PublishSecondsMax = most,
            Zones = [.. options.Cameras.SelectMany(camera => camera.Zones.Select(zone => ZoneOf(configuration, camera, zone)))],
            Models = [.. options.Cameras.Where(camera => camera.Enabled).Select(camera => camera.Model).Distinct().Order(StringComparer.Ordinal)
                .Select(name => store.Find(name).Manifest)
                .Select(model => new ManifestModel { Model = model.Name, Sha256 = model.Sha256 })],
            Never = ManifestWords.Never,
            Key = publicKey,
        };
    }

    private static ManifestZone ZoneOf(AgentConfiguration configuration, CameraSection camera, ZoneSection zone)
    {
        var behaviours = configuration.Policy.BehavioursOf(zone.Name);
        var tracksPerPerson = (decimal)zone.TracksPerPerson;
        var terms = StatedTerms.For(configuration.Options.Profile, tracksPerPerson);
        return new ManifestZone
        {
            Zone = zone.Name,
            WindowSeconds = zone.WindowSeconds,
            Behaviours = behaviours,
            Episodes = [.. behaviours.Where(name => Behaviours.Find(name) is { IsEpisode: true })],
            Policy = configuration.Policy.Id,
            Calibration = camera.Calibration,
            TracksPerPerson = tracksPerPerson,
            PassagesMin = terms.PassagesMin,
            NoisedPassagesMin = terms.NoisedPassagesMin,
            EpsilonPassages = terms.EpsilonPassages,
            EpsilonCounts = terms.EpsilonCounts,
        };
    }

    /// <summary>Version of the agent and the revision that it was built from.</summary>
    public static string Software() =>
        typeof(DeviceManifest).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.ToLowerInvariant();
}
