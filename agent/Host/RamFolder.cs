namespace SocialCredit.Edge.Host;

/// <summary>This user's own folder in RAM-backed storage: what lies there is gone with the power, and never on a disk.</summary>
internal static class RamFolder
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Null where the folder is no RAM-backed file system, or not ours to use.</summary>
    /// <param name="folder">Where such a file system is mounted.</param>
    public static string? Find(string folder = "/dev/shm")
    {
        if (!Directory.Exists(folder) || new DriveInfo(folder).DriveFormat is not ("tmpfs" or "ramfs"))
            return null;
        var own = Path.Combine(folder, $"socialcredit-edge-{Environment.UserName}");
        try
        {
            Directory.CreateDirectory(own, OwnerOnly);
            // Fails for a folder that somebody else made here before us.
            File.SetUnixFileMode(own, OwnerOnly);
            return own;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
