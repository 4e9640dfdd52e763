using System.Text;

namespace SocialCredit.Edge.Forwarding;

/// <summary>A file for the owner alone, written whole or not at all, whenever the power goes.</summary>
internal static class WholeFile
{
    /// <summary>Allows nobody else anything.</summary>
    public const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <param name="path">Where; its folder is made.</param>
    /// <param name="text">Its content.</param>
    /// <param name="overwrite">In place of what is there; else that is an error.</param>
    /// <exception cref="IOException">The disk does not take it; what was there is there still.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder is another user's.</exception>
    public static void Write(string path, string text, bool overwrite)
    {
        var fresh = path + ".new";
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        File.Delete(fresh);
        using var file = new FileStream(fresh, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly });
        file.Write(Encoding.UTF8.GetBytes(text));
        file.Flush(flushToDisk: true);
        File.Move(fresh, path, overwrite);

        // Its new name, too: a journal takes what became of a file with it, in its order.
        file.Flush(flushToDisk: true);
    }
}
