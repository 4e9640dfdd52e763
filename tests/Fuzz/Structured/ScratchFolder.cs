namespace SocialCredit.Edge.Fuzz.Structured;

/// <summary>A folder in memory for readers that take a file's name.</summary>
internal sealed class ScratchFolder
{
    private readonly string _path =
        Directory.CreateDirectory(Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"sce-fuzz-{Environment.ProcessId}")).FullName;

    public ScratchFolder() => AppDomain.CurrentDomain.ProcessExit += (_, _) => new DirectoryInfo(_path).Delete(recursive: true);

    public string Write(string name, ReadOnlySpan<byte> bytes)
    {
        var path = Path.Combine(_path, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
