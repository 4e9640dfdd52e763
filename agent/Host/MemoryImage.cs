using System.Runtime.InteropServices;

namespace SocialCredit.Edge.Host;

/// <summary>
/// The frames in RAM are personal data: nothing may put an image of the process's memory on a disk, neither the kernel when it
/// crashes, nor the runtime, nor somebody of the same user with a debugger.
/// </summary>
internal static class MemoryImage
{
    // prctl(2), setrlimit(2).
    private const int SetDumpable = 4, CoreSize = 4;

    private static readonly string[] DumpSwitches = ["DOTNET_DbgEnableMiniDump", "COMPlus_DbgEnableMiniDump"];

    /// <summary>For this process and its children, before the first frame; what stands in the way and what to do, or null.</summary>
    public static string? Forbid()
    {
        // The runtime has read it long before it asks us, so it can only be refused.
        if (Array.Find(DumpSwitches, IsOn) is { } asked)
            return $"{asked} asks for an image of the memory at a crash, which would hold frames. Unset it and start again.";
        var none = default(Limit);
        if (SetLimit(CoreSize, ref none) != 0)
            return $"Core dumps cannot be switched off (setrlimit: error {Marshal.GetLastPInvokeError()}); nothing was started.";
        if (Control(SetDumpable, 0, 0, 0, 0) != 0)
            return $"The process cannot be made undumpable (prctl: error {Marshal.GetLastPInvokeError()}); nothing was started.";
        return null;
    }

    private static bool IsOn(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value && value != "0";

    [DllImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetLimit(int resource, ref Limit limit);

    [DllImport("libc", EntryPoint = "prctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Control(int option, nuint second, nuint third, nuint fourth, nuint fifth);

    /// <summary>rlimit: the limit, and how far it can be raised again; both 0.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Limit
    {
        private readonly nuint _soft;
        private readonly nuint _hard;
    }
}
