using System.CommandLine;
using SocialCredit.Edge.Inference;

namespace SocialCredit.Edge.Host.Commands;

/// <summary><c>edge models verify</c>: checks sums and tensors of one model or of all.</summary>
internal static class ModelsVerifyCommand
{
    public static Command Create(Option<string?> models)
    {
        var name = new Argument<string?>("name") { Description = "The model; all of them if left out.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("verify", """
            Checks the weights' sha256, loads them, and checks their input and output against the model.yaml.

            Examples:
              edge models verify
              edge models verify street-320 --models /srv/models
            """)
        { name };
        command.SetAction(parsed => Verify(ModelStore.FromEnvironment(parsed.GetValue(models)), parsed.GetValue(name)));
        return command;
    }

    private static int Verify(ModelStore store, string? name)
    {
        var names = name is null ? [.. store.List().Select(entry => entry.Name)] : new[] { name };
        if (names.Length == 0)
            throw new ModelException("There is no model to verify: no folder with a model.yaml was found. Name one by --models or $SCE_MODELS.");
        var refused = 0;
        foreach (var each in names)
        {
            try
            {
                var model = store.Find(each);
                using var detector = new Detector(model, new DetectorOptions());
                Console.WriteLine($"{each}: {model.WeightsPath} is what it should be.");
            }
            catch (ModelException fault)
            {
                Refuse.With(fault.Message);
                refused++;
            }
        }

        return refused == 0 ? 0 : 1;
    }
}
