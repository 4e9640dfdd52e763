using System.CommandLine;

namespace SocialCredit.Edge.Agent.Tests.Host.Evaluation;

/// <summary>A verb run in this process, and what it printed.</summary>
internal static class CommandRun
{
    public static (int Code, string Output, string Error) Of(Command command, string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = command.Parse(arguments).Invoke(new InvocationConfiguration { Output = output, Error = TextWriter.Synchronized(error) });
        return (code, output.ToString(), error.ToString());
    }
}
