using System.CommandLine;
using System.CommandLine.Invocation;
using SocialCredit.Edge.Host.Commands;
using SocialCredit.Edge.Inference;
using SocialCredit.Edge.Sensing;

namespace SocialCredit.Edge.Host;

internal static class Program
{
    private const int UsageFault = 2;

    private static async Task<int> Main(string[] args)
    {
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
        if (MemoryImage.Forbid() is { } fault)
            return Refuse.With(fault);
        try
        {
            var parsed = root.Parse(args);
            var code = await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
            return parsed.Action is ParseErrorAction ? UsageFault : code;
        }
        catch (Exception unusable) when (unusable is ModelException or SensingException or IOException or UnauthorizedAccessException)
        {
            return Refuse.With(unusable.Message);
        }
    }
}
