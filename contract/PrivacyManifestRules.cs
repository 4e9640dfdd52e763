namespace SocialCredit.Edge.Contract;

/// <summary>What must hold of a manifest whatever its form; the writer and the reader both keep to it. Terms: contract, section 3.</summary>
internal static class PrivacyManifestRules
{
    private const decimal EpsilonPassagesMax = 0.4m, EpsilonCountsMax = 0.6m, TracksPerPersonMin = 1.5m, TracksPerPersonMax = 20;

    private const int PersonsMin = 20, NoiseMargin = 34, PublishSecondsMin = 120, PublishSpreadSeconds = 600;

    /// <summary>A number that is no term any more; keeps the form short.</summary>
    private const int NumberMax = 9999;

    /// <summary>Null if the manifest keeps every rule, else what is wrong with it.</summary>
    public static string? Fault(PrivacyManifest manifest)
    {
        if (manifest.V != PrivacyManifest.Version)
            return $"'v' is not {PrivacyManifest.Version}.";
        if (!Names.IsValid(manifest.Site))
            return "'site' is not of the form [a-z0-9-]{3,32}.";
        if (!Names.IsValid(manifest.Device))
            return "'device' is not of the form [a-z0-9-]{3,32}.";
        if (!Enum.IsDefined(manifest.Profile))
            return "'profile' is not standard, strict or demo.";
        if (!Names.IsSoftware(manifest.Software))
            return "'software' is not of the form [a-z0-9.+-]{1,64}.";
        if (manifest.RecordBytes is < 64 or > EventRecordJson.BytesMax)
            return $"'recordBytes' is not from 64 to {EventRecordJson.BytesMax}.";
        if (!IsKey(manifest.Key))
            return "'key' is not a public key of ECDSA P-256 in base64.";
        return WordsFault(manifest) ?? PublishFault(manifest) ?? ZonesFault(manifest) ?? ModelsFault(manifest);
    }

    // The words are part of the form: whoever may choose them has room for free text.
    private static string? WordsFault(PrivacyManifest manifest)
    {
        var known = ManifestWords.Topics(manifest.Device, manifest.Profile, manifest.RecordBytes);
        if (!manifest.Topics.SequenceEqual(known.Where(manifest.Topics.Contains)) || !manifest.Topics.Contains(known[0]))
            return "'topics' are not those of the contract, in its words and its order.";
        if (!manifest.Fields.SequenceEqual(ManifestWords.Fields(manifest.Profile)))
            return "'fields' are not those of an event record, in the words of the contract.";
        return manifest.Never == ManifestWords.Never ? null : "'never' is not the sentence of the contract.";
    }

    private static string? PublishFault(PrivacyManifest manifest)
    {
        var (least, most) = (manifest.PublishSecondsMin, manifest.PublishSecondsMax);
        if (least < 0 || most < least || most > NumberMax)
            return "'publishSecondsMin' and 'publishSecondsMax' are not a span of time.";
        var isHidden = least >= PublishSecondsMin && most - least >= PublishSpreadSeconds;
        return isHidden || manifest.Profile == PrivacyProfile.Demo
            ? null
            : $"a record would be published sooner than {PublishSecondsMin} s after its window's end, or not by chance over {PublishSpreadSeconds} s.";
    }

    private static string? ZonesFault(PrivacyManifest manifest)
    {
        if (manifest.Zones.Count is < 1 or > PrivacyManifest.ZonesMax)
            return $"'zones' are not 1 to {PrivacyManifest.ZonesMax}.";
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var zone in manifest.Zones)
        {
            if (zone is null || !Names.IsValid(zone.Zone))
                return "'zones' has a name that is not of the form [a-z0-9-]{3,32}.";
            if (!names.Add(zone.Zone))
                return $"'zones' has '{zone.Zone}' twice.";
            if (ZoneFault(manifest.Profile, zone) is { } fault)
                return $"zone {zone.Zone}: {fault}";
        }

        return null;
    }

    private static string? ZoneFault(PrivacyProfile profile, ManifestZone zone)
    {
        if (!WindowLengths.IsPermitted(profile, zone.WindowSeconds))
            return $"'windowSeconds' is not a length that the profile permits ({WindowLengths.InWords(profile)}).";
        if (zone.Behaviours.Distinct(StringComparer.Ordinal).Count() != zone.Behaviours.Count
            || !zone.Behaviours.All(EventRecordRules.IsScored))
            return "'behaviours' are not scored behaviours, each once.";
        if (!zone.Episodes.SequenceEqual(zone.Behaviours.Where(name => Behaviours.Find(name)!.IsEpisode), StringComparer.Ordinal))
            return "'episodes' are not those of its behaviours whose unit is an episode.";
        if (!Names.IsVersion(zone.Policy) || !Names.IsVersion(zone.Calibration))
            return "'policy' or 'calibration' is not of the form [a-z0-9.-]{1,32}.";
        if (zone.TracksPerPerson is < TracksPerPersonMin or > TracksPerPersonMax)
            return $"'tracksPerPerson' is not from {TracksPerPersonMin} to {TracksPerPersonMax}.";
        return profile == PrivacyProfile.Demo ? DemoFault(zone) : TermsFault(zone);
    }

    private static string? DemoFault(ManifestZone zone) =>
        zone is { PassagesMin: 0, NoisedPassagesMin: 0, EpsilonPassages: null, EpsilonCounts: null }
            ? null
            : "demo has neither noise nor threshold, and may not claim any.";

    private static string? TermsFault(ManifestZone zone)
    {
        if (zone.EpsilonPassages is not (> 0 and <= EpsilonPassagesMax) || zone.EpsilonCounts is not (> 0 and <= EpsilonCountsMax))
            return $"'epsilonPassages' is above {EpsilonPassagesMax} or 'epsilonCounts' above {EpsilonCountsMax}, or there is no noise.";
        if (zone.PassagesMin < PersonsMin * zone.TracksPerPerson || zone.PassagesMin > NumberMax)
            return $"'passagesMin' is less than {PersonsMin} persons' tracks.";
        return zone.NoisedPassagesMin >= zone.PassagesMin + NoiseMargin && zone.NoisedPassagesMin <= NumberMax
            ? null
            : $"'noisedPassagesMin' is less than 'passagesMin' + {NoiseMargin}.";
    }

    private static string? ModelsFault(PrivacyManifest manifest)
    {
        if (manifest.Models.Count > PrivacyManifest.ModelsMax)
            return $"'models' are more than {PrivacyManifest.ModelsMax}.";
        var areRight = manifest.Models.All(model => model is not null && Names.IsModel(model.Model) && Names.IsSha256(model.Sha256));
        return areRight ? null : "'models' has a name or a sha256 that is none.";
    }

    private static bool IsKey(string key)
    {
        Span<byte> bytes = stackalloc byte[Dsse.KeyBytes];
        return key.Length == Dsse.KeyBase64Length && Convert.TryFromBase64String(key, bytes, out var length) && Dsse.IsKey(bytes[..length])
            && Convert.ToBase64String(bytes) == key;
    }
}
