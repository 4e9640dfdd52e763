using System.Runtime.InteropServices;

namespace SocialCredit.Edge.Operation;

/// <summary>
/// The C library keeps a heap for each few threads, up to eight for each processor, and what is freed in one is not used by another: a program whose
/// threads come and go for months grows, although nothing leaks.
/// </summary>
public static class NativeHeap
{
    // mallopt(3), glibc.
    private const int ArenasMax = -8;

    /// <summary>Bounds the heaps of this process; before it makes threads. Where the C library is another one, nothing happens.</summary>
    /// <param name="heaps">So many, at least 1.</param>
    /// <returns>Whether the C library took it.</returns>
    public static bool Bound(int heaps)
    {
        try
        {
            return SetOption(ArenasMax, heaps) == 1;
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }
    }

    [DllImport("libc", EntryPoint = "mallopt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetOption(int option, int value);
}
