using System.Runtime.InteropServices;

namespace SocialCredit.Edge.Operation;

/// <summary>What the system allows this process; too little is said at the start instead of failing somewhere on the way.</summary>
public static class ResourceLimits
{
    // getrlimit(2).
    private const int OpenFiles = 7;

    /// <param name="filesMin">Files, sockets and pipes that the program needs open at once.</param>
    /// <param name="megabytesMin">Memory that it needs.</param>
    /// <returns>What is too little and what to do, or null.</returns>
    public static string? FindProblem(int filesMin, int megabytesMin)
    {
        if (GetLimit(OpenFiles, out var files) == 0 && files.Soft < (nuint)filesMin)
        {
            return $"Only {files.Soft} files may be open at once and {filesMin} are needed. "
                + "Raise it: LimitNOFILE= of the service, or ulimit -n of the shell.";
        }

        var megabytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1024 * 1024);
        return megabytes < megabytesMin
            ? $"Only {megabytes} MB of memory may be used and {megabytesMin} are needed. Raise it: MemoryMax= of the service, or DOTNET_GCHeapHardLimit where it is set."
            : null;
    }

    [DllImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetLimit(int resource, out Limit limit);

    [StructLayout(LayoutKind.Sequential)]
    private struct Limit
    {
        public nuint Soft;
        public nuint Hard;
    }
}
