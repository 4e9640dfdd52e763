namespace SocialCredit.Edge.Host;

/// <summary>A small file that is there whole, new or old, whenever the power goes; for its owner alone.</summary>
internal static class DurableFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <exception cref="IOException">The disk does not take it; what was there before is there still.</exception>
    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        var fresh = path + ".new";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Delete(fresh);
            using (var file = new FileStream(fresh, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }))
            {
                file.Write(bytes);
                file.Flush(flushToDisk: true);
            }

            File.Move(fresh, path, overwrite: true);
        }
        catch (UnauthorizedAccessException refused)
        {
            throw new IOException($"{path}: {refused.Message}", refused);
        }
    }
}
