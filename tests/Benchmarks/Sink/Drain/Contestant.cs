using System.Diagnostics;
using System.Globalization;

namespace SocialCredit.Edge.Benchmarks.Sink.Drain;

/// <summary>A contestant as the run sees it: a process, and what it took in each round.</summary>
internal sealed class Contestant : IDisposable
{
    private readonly Process _process;
    private readonly List<Result> _results = [];

    /// <param name="name">As it stands in the table.</param>
    /// <param name="command">Program and arguments.</param>
    public Contestant(string name, params string[] command)
    {
        Name = name;
        _process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false })!;
    }

    /// <summary>What one round took.</summary>
    /// <param name="Seconds">From before the connection to the last acknowledgement.</param>
    /// <param name="CpuSeconds">Of the contestant's own process; the broker and a database server have theirs.</param>
    /// <param name="Stored">In its store after the round; 0 where it has none.</param>
    public sealed record Result(double Seconds, double CpuSeconds, long Stored);

    public string Name { get; }

    public IReadOnlyList<Result> Results => _results;

    public async Task PreparedAsync() => await AnswerAsync();

    /// <summary>Lets it drain its queue; of a round that only warms up nothing is kept.</summary>
    /// <exception cref="InvalidOperationException">A record is missing in its store, or is there twice.</exception>
    public async Task DrainAsync(int round, int records, bool isWarmUp)
    {
        await _process.StandardInput.WriteLineAsync($"{round}");
        var parts = (await AnswerAsync()).Split(' ');
        var result = new Result(Number(parts[0]), Number(parts[1]), long.Parse(parts[2]));
        if (result.Stored != 0 && result.Stored != (round + 1L) * records)
            throw new InvalidOperationException($"{Name} has {result.Stored} records after {round + 1} rounds of {records}.");
        if (!isWarmUp)
            _results.Add(result);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private async Task<string> AnswerAsync() => await _process.StandardOutput.ReadLineAsync()
        ?? throw new InvalidOperationException($"{Name} has ended; what it said stands above.");
}
