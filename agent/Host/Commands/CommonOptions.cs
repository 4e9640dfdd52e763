using System.CommandLine;

namespace SocialCredit.Edge.Host.Commands;

/// <summary>Options that several verbs share.</summary>
internal static class CommonOptions
{
    public static Option<string> Config() => new("--config", "-c")
    {
        Description = "The agent's configuration.",
        DefaultValueFactory = _ => "edge.yaml",
    };

    /// <summary>Of one verb, or of all verbs below the command that it is given to.</summary>
    public static Option<string?> Models(bool isOfAllBelow = false) => new("--models")
    {
        Description = "A folder with models, before $SCE_MODELS, models/ and the cache.",
        Recursive = isOfAllBelow,
    };
}
