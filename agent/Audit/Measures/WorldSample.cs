using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Audit.Measures;

/// <summary>What was published of one world, run after run, as numbers that events can be made of.</summary>
internal sealed class WorldSample
{
    private WorldSample(int runs)
    {
        Passages = new double[runs];
        Axes = [.. Enumerable.Range(0, Deeds.Counted.Length + 1).Select(_ => new double[runs])];
    }

    public int Runs => Passages.Length;

    /// <summary>Minus infinity where nothing was released.</summary>
    public double[] Passages { get; }

    /// <summary>The count of each behaviour, then their sum.</summary>
    public IReadOnlyList<double[]> Axes { get; }

    /// <summary>Plays a world again and again; of several records of one window, the mean.</summary>
    public static WorldSample Of(Device device, Happenings world, int runs)
    {
        var sample = new WorldSample(runs);
        for (var run = 0; run < runs; run++)
            sample.Set(run, device.Publish(world));
        return sample;
    }

    private void Set(int run, EventRecord[] records)
    {
        if (records.Any(record => record.Status != RecordStatus.Ok))
        {
            Passages[run] = double.NegativeInfinity;
            foreach (var axis in Axes)
                axis[run] = double.NegativeInfinity;
            return;
        }

        foreach (var record in records)
        {
            Passages[run] += (double)record.Passages / records.Length;
            for (var i = 0; i < record.Counts.Count; i++)
            {
                Axes[i][run] += (double)record.Counts[i].Count / records.Length;
                Axes[^1][run] += (double)record.Counts[i].Count / records.Length;
            }
        }
    }
}
