using System.IO.MemoryMappedFiles;

namespace SocialCredit.Edge.Fuzz;

/// <summary>
/// The input that is being judged, in a file that outlives this process whatever ends it; and a watch that ends it when an input
/// takes longer than any may. Counted is the processor time of this process, so that a busy machine does not look like a hang.
/// </summary>
internal sealed class InputUnderTest : IDisposable
{
    /// <summary>Exit code of a process that was ended because an input never came to an end.</summary>
    public const int HangExitCode = 3;

    private static readonly TimeSpan CpuMax = TimeSpan.FromSeconds(5);

    /// <summary>What waits for something uses no processor time.</summary>
    private static readonly TimeSpan WaitMax = TimeSpan.FromMinutes(2);

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly Timer _watch;
    private readonly string _path;
    private long _number;
    private (long Number, TimeSpan Cpu, long At) _seen;

    /// <param name="path">Of the file; begins with the input's length in four bytes.</param>
    /// <param name="bytesMax">No input is longer.</param>
    public InputUnderTest(string path, int bytesMax)
    {
        _path = path;
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.Create, null, sizeof(int) + bytesMax);
        _view = _file.CreateViewAccessor();
        _watch = new Timer(_ => Look(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
    }

    public void Set(byte[] input)
    {
        _view.Write(0, input.Length);
        _view.WriteArray(sizeof(int), input, 0, input.Length);
        Interlocked.Increment(ref _number);
    }

    /// <summary>The input in a file that such a process left behind.</summary>
    public static byte[] Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        return bytes[sizeof(int)..(sizeof(int) + BitConverter.ToInt32(bytes))];
    }

    public void Dispose()
    {
        _watch.Dispose();
        _view.Dispose();
        _file.Dispose();
        File.Delete(_path);
    }

    private void Look()
    {
        var (number, cpu, now) = (Interlocked.Read(ref _number), Environment.CpuUsage.TotalTime, TimeProvider.System.GetTimestamp());
        if (number != _seen.Number)
        {
            _seen = (number, cpu, now);
            return;
        }

        var (used, waited) = (cpu - _seen.Cpu, TimeProvider.System.GetElapsedTime(_seen.At, now));
        if (number == 0 || (used < CpuMax && waited < WaitMax))
            return;
        _view.Flush();
        Console.Error.WriteLine($"Input {number} does not come to an end: {used.TotalSeconds:F0} s of CPU, {waited.TotalSeconds:F0} s in all.");
        Environment.Exit(HangExitCode);
    }
}
