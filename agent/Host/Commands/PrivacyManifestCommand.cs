using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Forwarding;
using SocialCredit.Edge.Host.Configuration;

namespace SocialCredit.Edge.Host.Commands;

/// <summary><c>edge privacy manifest</c>: what this device can send, in words or as the exact bytes that it signs.</summary>
internal static class PrivacyManifestCommand
{
    public static Command Create()
    {
        var config = CommonOptions.Config();
        var models = CommonOptions.Models();
        var json = new Option<bool>("--json") { Description = "The exact bytes that are signed and published." };
        var command = new Command("manifest", """
            Prints what this device can send under this configuration: topics, fields, zones with their windows and terms, models. A
            sink counts nothing else. Compare the key id with what the sink shows of this device.

            Examples:
              edge privacy manifest --config edge.yaml
              edge privacy manifest --config edge.yaml --json > manifest.json
            """)
        { config, models, json };
        command.SetAction(parsed => Print(parsed.GetRequiredValue(config), parsed.GetValue(models), parsed.GetValue(json)));
        return command;
    }

    private static int Print(string path, string? models, bool isJson)
    {
        if (AgentConfiguration.Load(path, out var faults) is not { } configuration)
            return Refuse.With(faults);
        var state = configuration.PathOf(configuration.Options.State);
        using var key = configuration.FindKey();
        var made = DeviceManifest.Of(configuration, configuration.Models(models), key?.PublicKey ?? "", DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime));
        if (isJson)
            return key is null ? Refuse.With(NoKey(state)) : PrintBytes(InForce(made, state));

        foreach (var line in ManifestWords.Describe(key is null ? made : InForce(made, state)))
            Console.WriteLine(line);
        Console.WriteLine();
        Console.WriteLine(key is null ? NoKey(state) : $"Key id: {key.Id}");
        return 0;
    }

    private static PrivacyManifest InForce(PrivacyManifest made, string state) => new ManifestShelf(state, NullLogger.Instance).AsInForce(made);

    private static int PrintBytes(PrivacyManifest manifest)
    {
        using var output = Console.OpenStandardOutput();
        output.Write(PrivacyManifestJson.Encode(manifest));
        return 0;
    }

    private static string NoKey(string state) => $"There is no key in {state} yet: the agent makes it at its first start, and signs the manifest with it.";
}
