using System.Diagnostics;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Host;

/// <summary>The real executable, as a technician runs it.</summary>
internal static class EdgeProgram
{
    private static readonly string Executable = Path.Combine(TestPaths.Root, "artifacts", "bin", "SocialCredit.Edge.Host", "release", "edge");

    /// <summary>Its exit code and all that it printed.</summary>
    public static Task<(int ExitCode, string Printed)> RunAsync(params string[] arguments) =>
        EndAsync(new ProcessStartInfo(Executable, arguments));

    /// <summary>The same, started by another program.</summary>
    /// <param name="starter">With its arguments; the executable and its arguments follow.</param>
    /// <param name="home">Where whatever is written to a home or a temporary folder goes.</param>
    /// <param name="arguments">Of our program.</param>
    public static Task<(int ExitCode, string Printed)> RunUnderAsync(string[] starter, string home, params string[] arguments)
    {
        var start = new ProcessStartInfo(starter[0], [.. starter.Skip(1), Executable, .. arguments]);
        foreach (var variable in (string[])["HOME", "TMPDIR", "XDG_CACHE_HOME"])
            start.Environment[variable] = home;
        return EndAsync(start);
    }

    private static async Task<(int ExitCode, string Printed)> EndAsync(ProcessStartInfo start)
    {
        (start.UseShellExecute, start.RedirectStandardOutput, start.RedirectStandardError) = (false, true, true);
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + await error);
    }
}
