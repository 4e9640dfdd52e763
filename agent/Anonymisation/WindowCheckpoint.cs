using System.Text.Json;

namespace SocialCredit.Edge.Anonymisation;

/// <summary>
/// The totals of open windows as bytes, so that a crash of the process does not lose them. They are true counts: they belong
/// in RAM-backed storage that only the agent can read, and nowhere else.
/// </summary>
public static class WindowCheckpoint
{
    private const int Version = 1;

    /// <summary>The bounded totals so far. Tracks that have not ended are not in it.</summary>
    /// <param name="windows">Every zone of the device.</param>
    /// <param name="bootId">Which run of the machine this is.</param>
    public static byte[] Write(IEnumerable<WindowCounts> windows, string bootId)
    {
        var form = new CheckpointForm(Version, bootId, [.. windows.Select(window => window.Totals())]);
        return JsonSerializer.SerializeToUtf8Bytes(form, CheckpointJson.Default.CheckpointForm);
    }

    /// <summary>
    /// Goes on where the checkpoint stopped. A window that it does not hold is marked lost. The reasons in words; empty if
    /// every window went on.
    /// </summary>
    /// <param name="checkpoint">What was saved; empty if nothing was.</param>
    /// <param name="bootId">Which run of the machine this is; a checkpoint of another is not believed.</param>
    /// <param name="windows">Every zone of the device, just made.</param>
    public static IReadOnlyList<string> Restore(ReadOnlySpan<byte> checkpoint, string bootId, IEnumerable<WindowCounts> windows)
    {
        var form = Read(checkpoint, bootId, out var fault);
        List<string> faults = [];
        foreach (var window in windows)
        {
            var saved = form?.Windows.FirstOrDefault(totals => totals.Zone == window.Zone);
            if (saved is not null && IsOf(window, saved))
            {
                window.Restore(saved);
                continue;
            }

            window.MarkLost();
            var reason = fault ?? "the checkpoint is of another zone, policy or time";
            faults.Add($"The open window of {window.Zone} is lost: {reason}.");
        }

        return faults;
    }

    private static CheckpointForm? Read(ReadOnlySpan<byte> checkpoint, string bootId, out string? fault)
    {
        fault = null;
        if (checkpoint.IsEmpty)
        {
            fault = "there is no checkpoint";
            return null;
        }

        try
        {
            var form = JsonSerializer.Deserialize(checkpoint, CheckpointJson.Default.CheckpointForm);
            if (form is not { Version: Version } || form.Windows.Any(totals => totals is null))
                fault = "the checkpoint is of another version";
            else if (form.BootId != bootId)
                fault = "the machine was started again since the checkpoint";
            return fault is null ? form : null;
        }
        catch (JsonException)
        {
            fault = "the checkpoint is damaged";
            return null;
        }
    }

    /// <summary>True where the saved totals can be those of this window or of one not long before.</summary>
    private static bool IsOf(WindowCounts window, WindowTotals saved)
    {
        var isSameCount = saved.Seconds == window.Seconds && saved.Behaviours.SequenceEqual(window.Behaviours)
            && saved.Counts.Count == saved.Behaviours.Count;
        var isWindow = saved.Start.Offset == TimeSpan.Zero && saved.Start.Ticks % TimeSpan.TicksPerSecond == 0
            && saved.Start.ToUnixTimeSeconds() % window.Seconds == 0;
        var isRecent = saved.Start <= window.Start && window.Start - saved.Start <= RecordAge.Max;
        var isPossible = saved.Passages >= 0 && saved.Counts.All(count => count >= 0)
            && saved.Watched >= TimeSpan.Zero;
        return isSameCount && isWindow && isRecent && isPossible;
    }
}
