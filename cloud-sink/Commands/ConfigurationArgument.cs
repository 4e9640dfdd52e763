using System.CommandLine;

namespace SocialCredit.Edge.Sink.Commands;

/// <summary>The option <c>--config</c> and what happens when its file is not good.</summary>
internal static class ConfigurationArgument
{
    public static Option<string> Create() => new("--config", "-c")
    {
        Description = "The configuration file.",
        DefaultValueFactory = _ => "sink.yaml",
        HelpName = "FILE",
    };

    /// <summary>The configuration, or null after every fault went to the error stream.</summary>
    public static SinkConfiguration? Read(ParseResult parsed, Option<string> option)
    {
        var (configuration, faults) = SinkConfiguration.Read(parsed.GetValue(option)!);
        foreach (var fault in faults)
            parsed.InvocationConfiguration.Error.WriteLine(fault.ToString());
        return configuration;
    }
}
