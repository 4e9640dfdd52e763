namespace SocialCredit.Edge.Forwarding;

/// <summary>Files for the owner alone: each is written whole or not at all, whenever the power goes, and is on the disk when it is said to be.</summary>
public static class WholeFile
{
    /// <summary>Allows nobody else anything.</summary>
    public const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <param name="path">Where; its folder is made.</param>
    /// <param name="content">All of it.</param>
    /// <param name="overwrite">In place of what is there; else that is an error.</param>
    /// <exception cref="IOException">The disk does not take it, or the folder is another user's; what was there is there still.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content, bool overwrite = true)
    {
        var fresh = path + ".new";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            File.Delete(fresh);
            using var file = new FileStream(fresh, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly });
            file.Write(content);
            file.Flush(flushToDisk: true);
            File.Move(fresh, path, overwrite);

            // Its new name, too: a journal takes what became of a file with it, in its order.
            file.Flush(flushToDisk: true);
        }
        catch (UnauthorizedAccessException refused)
        {
            throw new IOException($"{path} cannot be written: {refused.Message} Its folder must belong to the user that runs the agent.", refused);
        }
    }
}
