using System.Diagnostics;
using SocialCredit.Edge.Agent.Tests.Forwarding;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Host.Watching;

/// <summary><c>edge run</c> on a clip, once for all tests: each of its system calls, and each packet on the wire to its broker.</summary>
public sealed class CapturedRun : IAsyncLifetime
{
    private const string Strace = "/usr/bin/strace";

    internal SystemCalls Calls { get; private set; } = new([]);

    internal IReadOnlyList<byte[]>? Streams { get; private set; }

    internal string Folder { get; private set; } = "";

    internal int BrokerPort { get; private set; }

    internal int Records { get; private set; }

    internal string? NoCalls { get; private set; }

    internal string? NoCapture { get; private set; }

    public async ValueTask InitializeAsync()
    {
        NoCalls = await FindTroubleAsync();
        if (NoCalls is not null)
            return;
        await using var broker = await EmbeddedBroker.StartAsync();
        BrokerPort = broker.Port;
        var (capture, refusal) = WireCapture.Start(broker.Port);
        using (capture)
        {
            var config = ShortClip.Write(broker.Port);
            Folder = Path.GetDirectoryName(config)!;
            var log = Path.Combine(Folder, "calls.txt");
            var (code, printed) = await AnswerAsync(broker, EdgeProgram.RunUnderAsync(
                [Strace, "-f", "-qq", "-xx", "-s", "1000000", "-o", log, "-e", SystemCalls.Traced], Folder,
                "run", "--config", config, "--models", Path.Combine(TestPaths.Root, "models")));
            Assert.True(code == 0, printed);
            Records = broker.Events.Length;
            Calls = new SystemCalls(await File.ReadAllLinesAsync(log));
            // The capture reads what the kernel has kept for it.
            await Eventually.TrueAsync(() => capture is null || capture.Streams()?.Sum(stream => stream.Length) >= Calls.Sent().Length, "the capture has all of it");
            (Streams, NoCapture) = (capture?.Streams(), capture is null ? refusal : null);
        }
    }

    /// <summary>Says as a sink would that it has what came, until the program ends.</summary>
    internal static async Task<(int ExitCode, string Printed)> AnswerAsync(EmbeddedBroker broker, Task<(int ExitCode, string Printed)> running)
    {
        var said = 0;
        await Eventually.TrueAsync(
            async () =>
            {
                if (broker.Events.Length == said)
                    return running.IsCompleted;
                said = broker.Events.Length;
                var highest = broker.EventRecords.Max(record => record.Sequence);
                await broker.SayReceivedAsync(new Received(highest, highest, []));
                return running.IsCompleted;
            },
            "the program ends");
        return await running;
    }

    public ValueTask DisposeAsync()
    {
        if (Folder.Length > 0)
            Directory.Delete(Folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private static async Task<string?> FindTroubleAsync()
    {
        if (!File.Exists(Strace))
            return "needs strace: apt-get install strace";
        using var trial = Process.Start(new ProcessStartInfo(Strace, ["-f", "-o", "/dev/null", "true"]) { RedirectStandardError = true, UseShellExecute = false })!;
        await trial.WaitForExitAsync();
        return trial.ExitCode == 0 ? null : $"needs the right to trace a process: {(await trial.StandardError.ReadToEndAsync()).Trim()}";
    }
}
