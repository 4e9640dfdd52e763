using System.CommandLine;

namespace SocialCredit.Edge.Host.Commands;

/// <summary><c>edge models</c>: the models that are here, and whether they are what they should be.</summary>
internal static class ModelsCommand
{
    public static Command Create()
    {
        var models = CommonOptions.Models(isOfAllBelow: true);
        return new Command("models", """
            Lists, checks, pulls and measures detection models; compares them with ground truth and with what they were exported from.

            Examples:
              edge models list
              edge models pull yolox-nano
              edge models verify
              edge models bench street-320 --clip street.mp4
              edge models eval --model street-320 --set gt/PETS09-S2L1 --frames vtest.avi --every 10
              edge models compare exported/
            """)
        {
            models,
            ModelsListCommand.Create(models),
            ModelsVerifyCommand.Create(models),
            ModelsPullCommand.Create(models),
            ModelsBenchCommand.Create(models),
            ModelsEvalCommand.Create(models),
            ModelsCompareCommand.Create(),
            ModelsSignCommand.CreateKeygen(),
            ModelsSignCommand.Create(models),
        };
    }
}
