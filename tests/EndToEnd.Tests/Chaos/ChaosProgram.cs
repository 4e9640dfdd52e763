using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.EndToEnd.Tests.Chaos;

/// <summary>A program as systemd keeps it: whenever it ends by itself, it is started again after a moment.</summary>
internal sealed class ChaosProgram : IAsyncDisposable
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(500);

    private readonly string _works;
    private readonly SemaphoreSlim _one = new(1);
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _keeping;
    private (int Lines, int Errors) _before;

    /// <param name="name">For whoever reads of it.</param>
    /// <param name="process">Not yet started.</param>
    /// <param name="works">What a line contains that it prints once it works.</param>
    public ChaosProgram(string name, ChildProcess process, string works)
    {
        (Name, Process, _works) = (name, process, works);
        Start();
        _keeping = KeepAsync();
    }

    public ChildProcess Process { get; }

    public string Name { get; }

    public int Lives { get; private set; }

    /// <summary>Lives that nobody ended.</summary>
    public int OwnEnds { get; private set; }

    public void Start()
    {
        _one.Wait();
        try
        {
            StartOne();
        }
        finally
        {
            _one.Release();
        }
    }

    public async Task KillAsync()
    {
        await _one.WaitAsync();
        try
        {
            await Process.KillAsync();
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Until this life has come so far as to work: a life that ends before puts nothing at risk.</summary>
    public Task LetWorkAsync() => Eventually.TrueAsync(
        () => Process.Lines.Skip(_before.Lines).Concat(Process.Errors.Skip(_before.Errors)).Any(line => line.Contains(_works, StringComparison.Ordinal)),
        $"says \"{_works}\"");

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _keeping;
        await Process.DisposeAsync();
        _one.Dispose();
        _ended.Dispose();
    }

    private void StartOne()
    {
        _before = (Process.Lines.Length, Process.Errors.Length);
        Process.Start();
        Lives++;
    }

    private async Task KeepAsync()
    {
        while (!_ended.IsCancellationRequested)
        {
            await Task.Delay(Moment, _ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _one.WaitAsync();
            if (!_ended.IsCancellationRequested && Process.HasExited)
            {
                OwnEnds++;
                StartOne();
            }

            _one.Release();
        }
    }
}
