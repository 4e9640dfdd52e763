using SocialCredit.Edge.Sink.Serving;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Web;

/// <summary>How all devices are.</summary>
/// <param name="Rows">This page of them, by name.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Page">From 1 on.</param>
/// <param name="Pages">How many pages.</param>
public sealed record DeviceListView(IReadOnlyList<DeviceRow> Rows, int Count, int Page, int Pages)
{
    private const int PageSize = 50;

    internal static DeviceListView Read(int page, IEventStore store, (DeviceDesk Desk, DateTimeOffset Now) health, ScoreBook book)
    {
        var manifests = store.Manifests(null).ToDictionary(manifest => manifest.Device, StringComparer.Ordinal);
        var enrolled = store.Enrolled.All().ToDictionary(device => device.Device, StringComparer.Ordinal);
        var names = manifests.Keys.Concat(enrolled.Keys).Concat(store.Devices()).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var pages = Math.Max(1, (names.Count + PageSize - 1) / PageSize);
        page = Math.Clamp(page, 1, pages);
        var shown = names.Slice((page - 1) * PageSize, Math.Min(PageSize, names.Count - (page - 1) * PageSize));
        var zones = new PlaceTables(store.Database).ZonesOfDevices(shown);
        var drifting = new ShadowTables(store.Database).Drifting(book.Policy.Policy.Id, [.. shown.SelectMany(name => zones[name])]);
        var rows = shown.Select(name => new DeviceRow(
            DeviceHealthView.Of(name, health.Desk.Health(name), health.Now), enrolled.GetValueOrDefault(name)?.State, manifests.ContainsKey(name),
            [.. zones[name]], zones[name].Count(drifting.Contains)));
        return new DeviceListView([.. rows], names.Count, page, pages);
    }
}

/// <param name="Health">How it is.</param>
/// <param name="State">What an operator has said of it, or null.</param>
/// <param name="HasManifest">It says what it can send.</param>
/// <param name="Zones">Those of which its newest records are.</param>
/// <param name="Drifting">Of how many of them its cameras see otherwise than before.</param>
public sealed record DeviceRow(DeviceHealthView Health, DeviceState? State, bool HasManifest, IReadOnlyList<string> Zones, int Drifting);
