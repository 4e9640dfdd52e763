using System.Diagnostics;

namespace SocialCredit.Edge.Tests;

/// <summary>Signals to processes, by the names that <c>kill</c> has for them.</summary>
internal static class Signals
{
    /// <param name="name">Such as STOP.</param>
    /// <param name="process">Its id; it may have ended.</param>
    public static void Send(string name, int process)
    {
        using var kill = Process.Start("/bin/kill", [$"-{name}", $"{process}"]);
        kill.WaitForExit();
    }
}
