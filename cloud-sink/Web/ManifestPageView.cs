using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Scoring;
using SocialCredit.Edge.Sink.Serving;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Web;

/// <summary>What the page of a device shows.</summary>
/// <param name="Manifest">The one in force.</param>
/// <param name="InForce">Its bytes, signature and time.</param>
/// <param name="Earlier">Those before it, newest first.</param>
public sealed record ManifestPageView(PrivacyManifest Manifest, StoredManifest InForce, IReadOnlyList<StoredManifest> Earlier)
{
    /// <summary>Places of which its cameras see otherwise than before.</summary>
    public IReadOnlyList<(string Zone, string Title, IReadOnlyList<DriftAlarm> Alarms)> Drifting { get; private init; } = [];

    /// <summary>With what its cameras see otherwise than before.</summary>
    internal ManifestPageView With(ScoreBook book, SinkOptions options) => this with
    {
        Drifting = [.. Manifest.Zones.Select(zone => book.Find(zone.Zone)).OfType<ZoneSummary>().Where(zone => zone.Device == Manifest.Device)
            .Select(zone => (zone.Zone, PlaceCard.NamesOf(zone, options).Title, book.WatchOf(zone).Alarms)).Where(zone => zone.Alarms.Count > 0)],
    };

    /// <summary>Null where there is none that can be read.</summary>
    /// <param name="all">Of one device, the one in force first.</param>
    public static ManifestPageView? Of(IReadOnlyList<StoredManifest> all)
    {
        if (all.Count == 0 || !PrivacyManifestJson.TryDecode(all[0].Signed.Payload.Span, out var manifest, out _))
            return null;
        return new ManifestPageView(manifest!, all[0], [.. all.Skip(1)]);
    }
}
