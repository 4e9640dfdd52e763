namespace SocialCredit.Edge.Host;

/// <summary>This user's own folder in RAM-backed storage: what lies there is gone with the power, and never on a disk.</summary>
internal static class RamFolder
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Null where the folder is no RAM-backed file system, or not ours to use.</summary>
    /// <param name="folder">Where such a file system is mounted.</param>
    public static string? Find(string folder = "/dev/shm")
    {
        if (!Directory.Exists(folder) || new DriveInfo(folder).DriveFormat is not ("tmpfs" or "ramfs"))
            return null;
        var own = Path.Combine(folder, $"socialcredit-edge-{Environment.UserName}");
        try
        {
            Directory.CreateDirectory(own, OwnerOnly | UnixFileMode.UserExecute);
            // Fails for a folder that somebody else made here before us.
            File.SetUnixFileMode(own, OwnerOnly | UnixFileMode.UserExecute);
            return own;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Writes a file for the owner alone, whole or not at all.</summary>
    /// <exception cref="IOException">The folder is full or gone.</exception>
    /// <exception cref="UnauthorizedAccessException">It is not ours.</exception>
    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        // Made anew, so that the file is ours whatever stood there before.
        var fresh = path + ".new";
        File.Delete(fresh);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly };
        using (var file = new FileStream(fresh, options))
            file.Write(bytes);
        File.Move(fresh, path, overwrite: true);
    }
}
