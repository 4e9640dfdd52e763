using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Audit.Measures;

/// <summary>What was published of one world, run after run, as numbers that events can be made of.</summary>
internal sealed class WorldSample
{
    private WorldSample(int runs)
    {
        Passages = new double[runs];
        Axes = [.. Enumerable.Range(0, Deeds.Counted.Length + 2).Select(_ => new double[runs])];
    }

    public int Runs => Passages.Length;

    /// <summary>Minus infinity where nothing was released.</summary>
    public double[] Passages { get; }

    /// <summary>The count of each behaviour, their sum, and the evidence that there was one more than the others.</summary>
    public IReadOnlyList<double[]> Axes { get; }

    /// <summary>Plays a world again and again; of several records of one window, the mean, and all their evidence.</summary>
    /// <param name="device">That it is played to.</param>
    /// <param name="world">What happens.</param>
    /// <param name="runs">How often.</param>
    /// <param name="others">How many pass without the one who is attacked, and how many of them on red.</param>
    public static WorldSample Of(Device device, Happenings world, int runs, (int Passages, int OnRed) others)
    {
        var sample = new WorldSample(runs);
        for (var run = 0; run < runs; run++)
            sample.Set(run, device.Publish(world), others);
        return sample;
    }

    private void Set(int run, EventRecord[] records, (int Passages, int OnRed) others)
    {
        if (records.Any(record => record.Status != RecordStatus.Ok))
        {
            Passages[run] = double.NegativeInfinity;
            foreach (var axis in Axes)
                axis[run] = double.NegativeInfinity;
            return;
        }

        Axes[^1][run] = Evidence.OfPassage(records, others.Passages) + Evidence.OfDeed(records, others.OnRed);
        foreach (var record in records)
        {
            Passages[run] += (double)record.Passages / records.Length;
            for (var i = 0; i < record.Counts.Count; i++)
            {
                Axes[i][run] += (double)record.Counts[i].Count / records.Length;
                Axes[^2][run] += (double)record.Counts[i].Count / records.Length;
            }
        }
    }
}
