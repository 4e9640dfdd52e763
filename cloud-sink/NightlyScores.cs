using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using SocialCredit.Edge.Sink.Serving;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink;

/// <summary>
/// Computes every zone once a day is over, and at once when the rules have changed. Any number of sinks share the work: each takes parts until none
/// is left, and what a killed one has begun is done by another.
/// </summary>
internal sealed partial class NightlyScores(
    ScoreKeeping keeping, RulesInForce rules, PublicScores announcing, SinkOptions options, TimeProvider time, ILogger<NightlyScores> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>Sinks do not all ask at the same moment whether there is something to do.</summary>
    private const int SpreadSeconds = 300;

    private Pass? _done;
    private Pass? _begun;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var spread = TimeSpan.FromSeconds(BitConverter.ToUInt16(SHA256.HashData(Encoding.UTF8.GetBytes(options.Broker.ClientId))) % SpreadSeconds);
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            var pass = new Pass(keeping.Closed, rules.Digest);
            // The first one after the start, and other rules, wait for nothing; a day that is over waits for this sink's share of the spread.
            if (pass == _done || (pass.Rules == _done?.Rules && keeping.Closed > DateOnly.FromDateTime((time.GetUtcNow() - spread).UtcDateTime).AddDays(-1)))
                continue;
            if (await TryRunAsync(pass, stoppingToken))
                _done = pass;
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <returns>False where other sinks have parts that are not done yet, or the store failed: it is looked at again.</returns>
    private async Task<bool> TryRunAsync(Pass pass, CancellationToken cancellation)
    {
        try
        {
            keeping.Passes.Begin(pass, keeping.Ranges);
            var workers = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => Task.Run(() => Work(pass, cancellation), cancellation)).ToList();
            await Task.WhenAll(workers);
            var (open, all) = keeping.Passes.Progress(pass);
            if (_begun != pass)
                Computed(log, pass.Closed, (int)(all - open), (int)all);
            _begun = pass;
            return open == 0;
        }
        catch (Exception failure) when (failure is DbException or IOException)
        {
            NotComputed(log, pass.Closed, failure.Message);
            return false;
        }
    }

    private void Work(Pass pass, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested && keeping.Passes.Claim(pass, time.GetUtcNow()) is { } claimed)
        {
            keeping.KeepRange(claimed.Range, kept: kept =>
            {
                keeping.Passes.Renew(pass, claimed.Part, time.GetUtcNow());
                foreach (var restated in kept.Days.Where(day => day.Revision > 1 && !day.IsShadow))
                    Restated(log, restated.Score.Zone, restated.Score.Day, restated.Revision, restated.Reason);
                announcing.Announce(kept.Scores, cancellation);
                cancellation.ThrowIfCancellationRequested();
            });
            keeping.Passes.Finish(pass, claimed.Part, time.GetUtcNow());
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Computed the scores as of {Day:yyyy-MM-dd}: {Done} of {All} parts are done")]
    private static partial void Computed(ILogger logger, DateOnly day, int done, int all);

    [LoggerMessage(Level = LogLevel.Information, Message = "The score of {Zone} on {Day:yyyy-MM-dd} has revision {Revision}: {Reason}")]
    private static partial void Restated(ILogger logger, string zone, DateOnly day, int revision, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The scores as of {Day:yyyy-MM-dd} were not computed, it is tried again: {Problem}")]
    private static partial void NotComputed(ILogger logger, DateOnly day, string problem);
}
