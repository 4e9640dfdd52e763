using System.CommandLine;

namespace SocialCredit.Edge.Sink.Commands;

/// <summary>How a verb says that it was not done.</summary>
internal static class Refusal
{
    /// <summary>Writes why to standard error.</summary>
    /// <returns>The exit code.</returns>
    public static int Fail(ParseResult parsed, string why)
    {
        parsed.InvocationConfiguration.Error.WriteLine(why);
        return 1;
    }
}
