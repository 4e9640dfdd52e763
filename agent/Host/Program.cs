using System.CommandLine;
using System.CommandLine.Invocation;
using SocialCredit.Edge.Configuration;
using SocialCredit.Edge.Host.Commands;
using SocialCredit.Edge.Inference;
using SocialCredit.Edge.Operation;
using SocialCredit.Edge.Sensing;

namespace SocialCredit.Edge.Host;

internal static class Program
{
    private const int UsageFault = 2;

    /// <summary>Libraries and the runtime, a camera, the outbox and the broker, with a reserve.</summary>
    private const int OpenFilesMin = 256;

    /// <summary>One camera with our smallest model.</summary>
    private const int MegabytesMin = 128;

    /// <summary>One for cameras that come and go as for connections; measured flat over 700 reconnects, where the library's own choice grew.</summary>
    private const int NativeHeaps = 1;

    /// <summary>After a signal the windows are kept and every camera is let go; the unit allows 30 s.</summary>
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(20);

    private static async Task<int> Main(string[] args)
    {
        // Before anything is loaded for which there may be no room.
        if (ResourceLimits.FindProblem(OpenFilesMin, MegabytesMin) is { } tooLittle)
            return Refuse.With(tooLittle);
        NativeHeap.Bound(NativeHeaps);
        LastWords.Prepare("edge");
        var root = new RootCommand("SocialCredit.Edge agent: scores places over time, never persons.")
        {
            RunCommand.Create(),
            ReplayCommand.Create(),
            TrackCommand.Create(),
            new Command("eval", "Compares results with ground truth.") { EvalTracksCommand.Create(), EvalNoiseCommand.Create(), EvalEventsCommand.Create() },
            ModelsCommand.Create(),
            BenchCommand.Create(),
            ConfigCommand.Create(),
            EnrolCommand.Create(),
            KeyCommand.Create(),
            CheckCommand.Create(),
            CalibrateCommand.Create(),
            PrivacyCommand.Create(),
            ShadowCommand.Create(),
        };
        if (MemoryImage.Forbid() is { } obstacle)
            return Refuse.With(obstacle);
        try
        {
            var parsed = root.Parse(args);
            var code = await parsed.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = StopPatience,
            });
            return parsed.Action is ParseErrorAction ? UsageFault : code;
        }
        catch (Exception unusable) when (IsForeseen(unusable))
        {
            return Refuse.With(Redactor.Clean(unusable.Message));
        }
        catch (Exception fault)
        {
            return LastWords.Say(fault);
        }
    }

    /// <summary>What a technician can put right; its message says how.</summary>
    internal static bool IsForeseen(Exception fault) =>
        fault is ModelException or SensingException or IOException or UnauthorizedAccessException;
}
