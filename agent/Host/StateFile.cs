namespace SocialCredit.Edge.Host;

/// <summary>Files for the owner alone: each is written whole or not at all, whenever the power goes, and is on the disk when it is said to be.</summary>
internal static class StateFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Puts this content in place of whatever is there.</summary>
    /// <exception cref="IOException">The disk does not take it; what was there is there still.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;

        // Of each thread its own: the agent renews its certificate while somebody calls edge key rotate.
        var fresh = FreshName(path, Environment.ProcessId);
        try
        {
            Directory.CreateDirectory(folder);
            RemoveLeft(folder, Path.GetFileName(path));
            File.Delete(fresh);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly };
            using var file = new FileStream(fresh, options);
            try
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
                File.Move(fresh, path, overwrite: true);
            }
            catch
            {
                // On a full disk half a file would keep the room that the next one needs.
                File.Delete(fresh);
                throw;
            }

            // Its new name, too: a journal takes what became of a file with it, in its order.
            file.Flush(flushToDisk: true);
        }
        catch (UnauthorizedAccessException refused)
        {
            throw new IOException($"{path} cannot be written: {refused.Message} Its folder must belong to the user that runs the agent.", refused);
        }
    }

    /// <summary>Tries whether a folder takes so many bytes, before something is asked for that must be kept.</summary>
    /// <exception cref="IOException">It does not.</exception>
    public static void AssureRoom(string folder, int bytes)
    {
        var trial = Path.Combine(folder, ".room");
        Write(trial, new byte[bytes]);
        File.Delete(trial);
    }

    /// <summary>Under which name a file is written before it takes its place.</summary>
    internal static string FreshName(string path, int process) => $"{path}.{process}-{Environment.CurrentManagedThreadId}.new";

    // What a process that was killed had begun to write.
    private static void RemoveLeft(string folder, string name)
    {
        foreach (var left in Directory.EnumerateFiles(folder, name + ".*-*.new"))
        {
            var process = Path.GetFileName(left)[(name.Length + 1)..].Split('-')[0];
            if (!Directory.Exists("/proc/" + process))
                File.Delete(left);
        }
    }
}
