namespace SocialCredit.Edge.Contract;

/// <summary>
/// The words of a manifest. They are fixed here and a reader takes no others, so that every device says the same of the same thing
/// and no manifest can carry free text.
/// </summary>
public static class ManifestWords
{
    /// <summary>What a device never sends, in one sentence.</summary>
    public const string Never =
        "It never sends a picture or a sound, a position, path or speed, a time finer than a window, a face, plate, name or anything else "
        + "about one person; beside these topics its program opens connections only to read the site's own cameras and signal controllers, and "
        + "to ask its sink for a certificate with its name, site, zones and public key.";

    /// <summary>A device looks at no longer policy.</summary>
    public const int PolicyBytesMax = 64 * 1024;

    /// <summary>Every topic of a device, the records first.</summary>
    /// <param name="device">Its name.</param>
    /// <param name="profile">In demo a record waits for nothing.</param>
    /// <param name="recordBytes">Length of every record.</param>
    public static IReadOnlyList<ManifestTopic> Topics(string device, PrivacyProfile profile, int recordBytes) =>
    [
        Sent(
            Contract.Topics.Events(device), recordBytes,
            "Event records, all of this length; each carries its site, device, zone, window and sequence once more as user properties, and the device's signature.",
            "One for each zone and window, whatever happened in it, "
                + (profile == PrivacyProfile.Demo ? "at the window's end" : "publishSecondsMin to publishSecondsMax after the window's end, by chance alone")
                + ", and the same payload again, signed anew, until a sink has it."),
        Sent(
            Contract.Topics.State(device), bytesMax: 7,
            "online or offline.",
            "At the beginning and the end of each connection.") with { Retained = true },
        Sent(
            Contract.Topics.Manifest(device), PrivacyManifestJson.BytesMax,
            "This manifest, with its signature; before it, unretained, earlier ones of which records still wait.",
            "At the beginning of each connection, and with records that are sent again.") with { Retained = true },
        Received(
            Contract.Topics.Received(device), EventRecordJson.BytesMax,
            "Which records a sink has; they leave the device's memory.",
            "Whenever a sink has stored some.") with { Retained = true },

        // How the device is, and what it can be told.
        Sent(
            Contract.Topics.Health(device), HealthReportJson.BytesMax,
            "How the machine is, signed: cameras, outbox, clock, versions, all in words and numbers of a closed form and of one length; no count of anything seen.",
            "Every hour at the same minute, whatever happens, and the same again at the beginning of each connection.") with { Retained = true },
        Sent(
            Contract.Topics.Answer(device), CommandAnswer.BytesMax,
            "The answer to a command, signed: done, refused or failed, and why, in words of a closed list.",
            "Only after a command."),
        Received(
            Contract.Topics.Command(device), DeviceCommand.BytesMax,
            "Commands signed by the sink: set-policy, rotate-key, restart, self-test, and no others; none can return a picture or a count.",
            "Whenever an operator gives one; never to a device that is not enrolled."),
        Received(
            Contract.Topics.ActivePolicy, PolicyBytesMax,
            "The policy's exact bytes; taken only if a signed command names their sha256.",
            "At the beginning of each connection, and whenever it changes; never to a device that is not enrolled.") with { Retained = true },
    ];

    /// <summary>Every field of an event record, in its order.</summary>
    public static IReadOnlyList<ManifestField> Fields(PrivacyProfile profile)
    {
        var isDemo = profile == PrivacyProfile.Demo;
        string Noise(string epsilon) => isDemo ? "the true count, without noise" : $"noised with discrete Laplace, the zone's {epsilon}";
        return
        [
            Of("v", "integer", "1, the version of the record's form"),
            Of("site", "name", "the site in the public register, always this manifest's"),
            Of("zone", "name", "one of this manifest's zones"),
            Of("start", "time", "the window's start in UTC, a whole multiple of its length: the window and nothing finer"),
            Of("seconds", "integer", "the zone's windowSeconds"),
            Of("status", "word", "ok (released), low (too few passages), lost (the count was lost) or off (not watching)"),
            Of("coverage", "integer", "tenths of the window in which the camera really watched, 0 to 10"),
            Of("passages", "integer", $"{Noise("epsilonPassages")}; 0 unless status is ok"),
            Of("counts", "integers", $"one for each of the zone's behaviours, {Noise("epsilonCounts")}; all 0 unless status is ok"),
            Of("profile", "word", "always this manifest's"),
            Of("policy", "version", "the zone's policy"),
            Of("calibration", "version", "the zone's calibration"),
            Of("sequence", "integer", "rises by one with each record of the device"),
            Of("pad", "zeros", "as many as make every record recordBytes long"),
        ];
    }

    /// <summary>A manifest for who does not read JSON: whole sentences, a line each.</summary>
    public static IEnumerable<string> Describe(PrivacyManifest manifest)
    {
        yield return $"Device {manifest.Device} of site {manifest.Site}, profile {WireNames.Of(manifest.Profile)}, "
            + $"software {manifest.Software}, since {manifest.Issued:yyyy-MM-dd}.";
        yield return manifest.Never;
        yield return "";
        yield return "Topics:";
        foreach (var topic in manifest.Topics)
        {
            yield return $"  {topic.Topic}: {(topic.Direction == MessageDirection.Send ? "sent" : "received")}, QoS {topic.Qos}, "
                + $"{(topic.Retained ? "retained" : "not retained")}, at most {topic.BytesMax} bytes.";
            yield return $"    {topic.What} {topic.When}";
        }

        yield return "";
        yield return manifest.Profile == PrivacyProfile.Demo
            ? "A record is published at its window's end."
            : $"A record is published {manifest.PublishSecondsMin} to {manifest.PublishSecondsMax} s after its window's end, by chance alone.";
        yield return "";
        yield return "Fields of a record:";
        foreach (var field in manifest.Fields)
            yield return $"  {field.Field} ({field.Type}): {field.Precision}.";
        yield return "";
        yield return "Zones:";
        foreach (var zone in manifest.Zones)
        {
            yield return $"  {zone.Zone}: a record every {zone.WindowSeconds} s with the passages and {Listed(zone.Behaviours)}.";
            yield return $"    Policy {zone.Policy}, calibration {zone.Calibration}. {TermsOf(zone)}";
            if (zone.Episodes.Count > 0)
                yield return $"    Each time that it happens counts, so a person in j of them has up to 1 + j times the epsilon of counts: {Listed(zone.Episodes)}.";
        }

        yield return "";
        yield return "Models:";
        foreach (var model in manifest.Models)
            yield return $"  {model.Model}, sha256 {model.Sha256}.";
        if (manifest.Models.Count == 0)
            yield return "  none, every camera is switched off.";
    }

    /// <summary>The terms of a zone in one sentence.</summary>
    public static string TermsOf(ManifestZone zone) => zone.EpsilonPassages is null
        ? "True counts of every window: neither noise nor threshold."
        : $"Released only if at least {zone.PassagesMin} tracks passed ({zone.TracksPerPerson} for one person) and at least "
            + $"{zone.NoisedPassagesMin} are left after the noise; epsilon {zone.EpsilonPassages} on the passages and {zone.EpsilonCounts} on the counts.";

    /// <summary>At least once and not retained, as every topic is unless it says otherwise.</summary>
    private static ManifestTopic Sent(string topic, int bytesMax, string what, string when) => new()
    {
        Topic = topic,
        Direction = MessageDirection.Send,
        Qos = 1,
        Retained = false,
        BytesMax = bytesMax,
        What = what,
        When = when,
    };

    private static ManifestTopic Received(string topic, int bytesMax, string what, string when) =>
        Sent(topic, bytesMax, what, when) with { Direction = MessageDirection.Receive };

    private static ManifestField Of(string field, string type, string precision) => new() { Field = field, Type = type, Precision = precision };

    private static string Listed(IReadOnlyList<string> names) => names.Count == 0 ? "nothing else" : string.Join(", ", names);
}
