using System.Globalization;

namespace SocialCredit.Edge.Tests.Capture;

/// <summary>What this process holds, after a collection, each time a camera has come and gone; and whether it grows.</summary>
internal sealed class ProcessFigures
{
    private readonly List<(double Reconnects, double Megabytes, double Handles, double Threads, double Children)> _samples = [];

    public int Count => _samples.Count;

    public double Reconnects => _samples[^1].Reconnects - _samples[0].Reconnects;

    public void Sample(long reconnects)
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        _samples.Add((reconnects, PrivateMegabytes(), Entries("/proc/self/fd"), Entries("/proc/self/task"), Children()));
    }

    /// <summary>Least squares, for each thousand reconnects.</summary>
    public (double Megabytes, double Handles, double Threads, double Children) Slopes => (
        Slope(s => s.Megabytes), Slope(s => s.Handles), Slope(s => s.Threads), Slope(s => s.Children));

    public override string ToString()
    {
        var (first, last, slopes) = (_samples[0], _samples[^1], Slopes);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Reconnects} reconnects: private memory {first.Megabytes:0.0} to {last.Megabytes:0.0} MB, slope {slopes.Megabytes:0.000} MB per 1,000 (bar 1); handles {first.Handles} to {last.Handles}, slope {slopes.Handles:0.0}; threads {first.Threads} to {last.Threads}, slope {slopes.Threads:0.0}; children {first.Children} to {last.Children}");
    }

    private double Slope(Func<(double Reconnects, double Megabytes, double Handles, double Threads, double Children), double> of)
    {
        var (meanX, meanY) = (_samples.Average(s => s.Reconnects), _samples.Average(of));
        var over = _samples.Sum(s => (s.Reconnects - meanX) * (s.Reconnects - meanX));
        return 1000 * _samples.Sum(s => (s.Reconnects - meanX) * (of(s) - meanY)) / over;
    }

    /// <summary>Resident and nobody else's: pages of program files come and go as the kernel likes.</summary>
    private static double PrivateMegabytes()
    {
        var line = File.ReadLines("/proc/self/status").First(l => l.StartsWith("RssAnon:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }

    private static int Entries(string folder) => Directory.EnumerateFileSystemEntries(folder).Count();

    /// <summary>Those that have ended and were not waited for too: the list of this process's own children.</summary>
    private static int Children() => Directory.EnumerateDirectories("/proc/self/task")
        .Sum(task => ReadOrNothing(Path.Combine(task, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries).Length);

    private static string ReadOrNothing(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            // The thread ended while the folder was read.
            return "";
        }
    }
}
