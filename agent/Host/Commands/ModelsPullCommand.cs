using System.CommandLine;
using SocialCredit.Edge.Inference;

namespace SocialCredit.Edge.Host.Commands;

/// <summary><c>edge models pull</c>: gets a model's weights into the user's cache.</summary>
internal static class ModelsPullCommand
{
    public static Command Create(Option<string?> models)
    {
        var name = new Argument<string>("name") { Description = "The model." };
        var command = new Command("pull", """
            Gets a model's weights from the address in its model.yaml, unless they are here already. Their sha256 must fit.

            Example:
              edge models pull yolox-nano
            """)
        { name };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var store = ModelStore.FromEnvironment(parsed.GetValue(models));
            var model = await store.PullAsync(parsed.GetRequiredValue(name), new Tenths(), cancellationToken);
            Console.WriteLine($"{model.Manifest.Name}: {model.WeightsPath} (licence {model.Manifest.Licence})");
            return 0;
        });
        return command;
    }

    /// <summary>A line on standard error for every tenth of the file, or every 10 MB where its length is not known.</summary>
    private sealed class Tenths : IProgress<PullProgress>
    {
        private const long StepBytes = 10_000_000;

        private long _told = -1;

        public void Report(PullProgress value)
        {
            var step = value.BytesTotal is > 0 and var total ? value.BytesDone * 10 / total : value.BytesDone / StepBytes;
            if (step == _told)
                return;
            _told = step;
            var of = value.BytesTotal is { } all ? $" of {all / 1e6:0.0}" : "";
            Console.Error.WriteLine($"… {value.BytesDone / 1e6:0.0}{of} MB");
        }
    }
}
