using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Serving;

/// <summary>How a device is. A report that is too old says nothing: the device is unknown then, and never well.</summary>
/// <param name="Device">Its name.</param>
/// <param name="State">ok, attention or unknown.</param>
/// <param name="Report">The last one; null where none came.</param>
/// <param name="FirstAt">When it first came here.</param>
/// <param name="ToDo">For each word of attention what it means and what to do.</param>
public sealed record DeviceHealthView(string Device, string State, HealthReport? Report, DateTimeOffset? FirstAt, IReadOnlyList<string> ToDo)
{
    /// <summary>A report is made every hour, before its 51st minute: one that is older than this is followed by none.</summary>
    public static readonly TimeSpan FreshFor = TimeSpan.FromHours(2);

    /// <param name="device">Its name.</param>
    /// <param name="stored">Its newest report, or null.</param>
    /// <param name="now">Against which its age is held: by the hour in it, since a broker may keep it for ever.</param>
    internal static DeviceHealthView Of(string device, StoredHealth? stored, DateTimeOffset now)
    {
        if (stored is null || !HealthReportJson.TryDecode(stored.Signed.Payload.Span, out var report, out _) || report is null)
            return new(device, "unknown", null, null, [$"No report of {device} has come. Look whether the device has power and network."]);
        if (now - report.At > FreshFor)
        {
            return new(device, "unknown", report, stored.FirstAt,
                [$"Nothing was heard of {device} since {report.At:yyyy-MM-dd HH}:00 UTC; what stands here is old. Look whether the device has power and network."]);
        }

        return new(device, report.Attention.Count == 0 ? "ok" : "attention", report, stored.FirstAt, [.. report.Attention.Select(word => WhatToDo(word, report))]);
    }

    private static string WhatToDo(Attention word, HealthReport report) => word switch
    {
        Attention.CameraBlind => $"A camera does not see ({string.Join(", ", report.Cameras.Where(IsBlind).Select(camera => $"{camera.Camera}: {camera.Trouble}"))}). "
            + "Its zones are reported as not watched. Look at its cable, its lens and its light.",
        Attention.SensorUnknown => $"{report.SensorsUnknown} sensor(s) say nothing. Look at their wires, or at the signal controller; the zones that need them are reported as not watched.",
        Attention.OutboxParked => $"The broker refuses {report.Outbox.Parked} record(s); the device keeps them and offers them again every hour. Look at the broker's access list and quota.",
        Attention.OutboxRefusing => "The device's disk takes no records. It is full, worn out or mounted read-only: look at it before windows are given up.",
        Attention.OutboxDamaged => "The device's outbox was damaged and begun anew; the old file lies beside it. Look at the disk and its power supply.",
        Attention.RecordsLost => $"Records were given up since the report before ({report.Outbox.Dropped} dropped, {report.Outbox.Lost} lost, {report.Outbox.GivenUp} windows given up in all). "
            + "Bring the connection or the disk back.",
        Attention.ClockStepped => "The device's clock was set. Once after a start is usual; if it goes on, look at its time server.",
        Attention.CertificateEnding => "The device's certificate ends and was not renewed. Look whether it reaches the sink's enrolment address.",
        Attention.ConfigurationFaulty => "The configuration's file on the device has faults; the one before goes on. edge config check says which.",
        Attention.ConfigurationRolledBack => "A new configuration, policy or model did not prove itself and was taken back. edge config history says why.",
        Attention.CommandRefused => "The device refused a command. If nobody here gave it, somebody else writes on its topic: look at the broker's access list. If somebody did, compare the clocks.",
        _ => "",
    };

    private static bool IsBlind(HealthCamera camera) => camera.Trouble is not (HealthTrouble.None or HealthTrouble.Opening or HealthTrouble.Slow or HealthTrouble.Ended);
}
