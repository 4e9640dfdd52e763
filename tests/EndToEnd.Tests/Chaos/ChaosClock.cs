using System.Globalization;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.EndToEnd.Tests.Chaos;

/// <summary>
/// The wall clock of a process that runs, stepped by libfaketime; the clock that only ever rises is left alone, as when NTP or a person
/// sets the time.
/// </summary>
internal sealed class ChaosClock
{
    private static readonly string[] Places =
        ["/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1", "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1"];

    private readonly string _file = Path.Combine(TestPaths.NewFolder(), "time");

    public ChaosClock() => Set(TimeSpan.Zero);

    /// <summary>Whether clocks can be stepped here.</summary>
    public static bool IsThere => Array.Exists(Places, File.Exists);

    /// <summary>What a process needs for its clock to be this one.</summary>
    public Dictionary<string, string> Environment => IsThere
        ? new()
        {
            ["LD_PRELOAD"] = Array.Find(Places, File.Exists)!,
            ["FAKETIME_TIMESTAMP_FILE"] = _file,
            ["FAKETIME_CACHE_DURATION"] = "1",
            ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
            // Else every look at any clock makes a call into the kernel, and a program takes three times as long to start.
            ["FAKETIME_FORCE_MONOTONIC_FIX"] = "0",
        }
        : [];

    /// <summary>The process sees it within a second.</summary>
    public void Set(TimeSpan ahead)
    {
        var fresh = _file + ".new";
        File.WriteAllText(fresh, string.Create(CultureInfo.InvariantCulture, $"{ahead.TotalSeconds:+0;-0;+0}s\n"));
        File.Move(fresh, _file, overwrite: true);
    }
}
