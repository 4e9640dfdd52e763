namespace SocialCredit.Edge.Host;

/// <summary>Says on standard error, or what stands for it, every two seconds, how far a command is.</summary>
internal sealed class Progress : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    private readonly ITimer _timer;

    public Progress(TimeProvider time, Func<string> line, TextWriter? error = null) =>
        _timer = time.CreateTimer(_ => (error ?? Console.Error).WriteLine($"… {line()}"), null, Interval, Interval);

    public void Dispose() => _timer.Dispose();
}
