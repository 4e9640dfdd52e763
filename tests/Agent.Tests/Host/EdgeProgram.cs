using System.Diagnostics;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Host;

/// <summary>The real executable, as a technician runs it.</summary>
internal static class EdgeProgram
{
    /// <summary>Its exit code and all that it printed.</summary>
    public static async Task<(int ExitCode, string Printed)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(TestPaths.Root, "artifacts", "bin", "SocialCredit.Edge.Host", "release", "edge"), arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + await error);
    }
}
