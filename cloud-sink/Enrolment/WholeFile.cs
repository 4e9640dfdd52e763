using System.Runtime.InteropServices;
using System.Text;

namespace SocialCredit.Edge.Sink.Enrolment;

/// <summary>A file that is there whole or not at all, whenever the power goes and whoever reads it meanwhile.</summary>
internal static class WholeFile
{
    public const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public const UnixFileMode ForGroup = OwnerOnly | UnixFileMode.GroupRead;

    public const UnixFileMode ForAll = ForGroup | UnixFileMode.OtherRead;

    private const int AlreadyThere = 17;

    /// <summary>Writes a file in a folder that is there.</summary>
    /// <param name="path">Where.</param>
    /// <param name="text">All of it.</param>
    /// <param name="mode">Who may read it, whatever the process's mask says.</param>
    /// <param name="overwrite">In place of one that is there; without it that one stays, also where two write it at once.</param>
    /// <exception cref="IOException">It cannot be written; what was there is there still.</exception>
    /// <exception cref="UnauthorizedAccessException">As before.</exception>
    public static void Write(string path, string text, UnixFileMode mode, bool overwrite)
    {
        // Of each thread its own: two that make one file at once must not move each other's half.
        var fresh = Path.Combine(
            Path.GetDirectoryName(Path.GetFullPath(path))!, $".{Path.GetFileName(path)}.{Environment.ProcessId}-{Environment.CurrentManagedThreadId}");
        try
        {
            File.Delete(fresh);
            using (var file = new FileStream(fresh, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }))
            {
                file.Write(Encoding.UTF8.GetBytes(text));
                file.Flush(flushToDisk: true);
            }

            // Afterwards, because the process's mask takes from what a file is made with.
            File.SetUnixFileMode(fresh, mode);
            if (overwrite)
                File.Move(fresh, path, overwrite: true);
            else
                LinkIfNew(fresh, path);
        }
        finally
        {
            File.Delete(fresh);
        }
    }

    // File.Move looks and then renames: what somebody else puts there between the two, it replaces.
    private static void LinkIfNew(string fresh, string path)
    {
        if (Link(fresh, path) != 0 && Marshal.GetLastPInvokeError() is not AlreadyThere and var error)
            throw new IOException($"{path}: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    [DllImport("libc", EntryPoint = "link", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Link([MarshalAs(UnmanagedType.LPUTF8Str)] string from, [MarshalAs(UnmanagedType.LPUTF8Str)] string to);
}
