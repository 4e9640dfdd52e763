using SocialCredit.Edge.Sink.Serving;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Web;

/// <summary>How all devices are.</summary>
/// <param name="Rows">This page of them, by name.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Page">From 1 on.</param>
/// <param name="Pages">How many pages.</param>
public sealed record DeviceListView(IReadOnlyList<DeviceRow> Rows, long Count, int Page, int Pages)
{
    private const int PageSize = 50;

    internal static DeviceListView Read(int page, IEventStore store, (DeviceDesk Desk, DateTimeOffset Now) health, ScoreBook book)
    {
        var count = store.Enrolled.CountKnown();
        var pages = (int)Math.Max(1, (count + PageSize - 1) / PageSize);
        page = Math.Clamp(page, 1, pages);
        var shown = store.Enrolled.PageKnown((page - 1L) * PageSize, PageSize);
        var zones = new PlaceTables(store.Database).ZonesOfDevices([.. shown.Select(known => known.Device)]);
        var drifting = new ShadowTables(store.Database).Drifting(book.Policy.Policy.Id, [.. shown.SelectMany(known => zones[known.Device])]);
        var rows = shown.Select(known => new DeviceRow(
            DeviceHealthView.Of(known.Device, health.Desk.Health(known.Device), health.Now), known.State, known.HasManifest,
            [.. zones[known.Device]], zones[known.Device].Count(drifting.Contains)));
        return new DeviceListView([.. rows], count, page, pages);
    }
}

/// <param name="Health">How it is.</param>
/// <param name="State">What an operator has said of it, or null.</param>
/// <param name="HasManifest">It says what it can send.</param>
/// <param name="Zones">Those of which its newest records are.</param>
/// <param name="Drifting">Of how many of them its cameras see otherwise than before.</param>
public sealed record DeviceRow(DeviceHealthView Health, DeviceState? State, bool HasManifest, IReadOnlyList<string> Zones, int Drifting);
