using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Sink.Ingestion;

/// <summary>Which device measures which zone. An empty register lets any device report any zone.</summary>
internal sealed class ZoneRegister(IReadOnlyDictionary<string, ZoneEntry> zones)
{
    public bool Allows(EventRecord record, string device) =>
        zones.Count == 0
        || (zones.TryGetValue(record.Zone, out var entry) && entry.Device == device && (entry.Site ?? record.Site) == record.Site);
}
