using Microsoft.Extensions.Logging;
using SocialCredit.Edge.Anonymisation;

namespace SocialCredit.Edge.Host;

/// <summary>
/// The totals of a camera's open windows in RAM-backed storage, so that a crash of the process does not lose them. They are
/// true counts: mode 0600, and never on a disk. A loss of power takes them, and the window's record says so.
/// </summary>
internal sealed partial class CheckpointFile(string path, CameraExit camera)
{
    private static readonly string BootId = File.Exists("/proc/sys/kernel/random/boot_id")
        ? File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim()
        : "";

    private byte[] _saved = [];
    private bool _isRefusing;

    /// <summary>Null where the folder is no RAM-backed file system, or not ours to use: true counts go to no other.</summary>
    /// <param name="name">Of device and camera.</param>
    /// <param name="camera">Whose windows.</param>
    /// <param name="folder">Where such a file system is mounted.</param>
    public static CheckpointFile? For(string name, CameraExit camera, string folder = "/dev/shm")
    {
        return RamFolder.Find(folder) is { } own ? new CheckpointFile(Path.Combine(own, $"{name}.json"), camera) : null;
    }

    /// <summary>Goes on where the process before stopped; a window of which nothing is known is marked lost.</summary>
    public void Restore(ILogger log)
    {
        var checkpoint = File.Exists(path) ? File.ReadAllBytes(path) : [];
        camera.Use(windows =>
        {
            foreach (var fault in WindowCheckpoint.Restore(checkpoint, BootId, windows))
                LogNotRestored(log, fault);
        });
    }

    /// <summary>Writes what has changed. A full folder is said once; the windows go on, and a crash would lose them.</summary>
    public void Save(ILogger log)
    {
        byte[] checkpoint = [];
        camera.Use(windows => checkpoint = WindowCheckpoint.Write(windows, BootId));
        if (checkpoint.AsSpan().SequenceEqual(_saved))
            return;
        try
        {
            StateFile.Write(path, checkpoint);
            (_saved, _isRefusing) = (checkpoint, false);
        }
        catch (IOException refused)
        {
            if (!_isRefusing)
                LogNotSaved(log, path, refused.Message);
            _isRefusing = true;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Fault}")]
    private static partial void LogNotRestored(ILogger log, string fault);

    [LoggerMessage(Level = LogLevel.Error, Message = "Open windows cannot be kept in {Path}, a crash would lose them: {Reason}")]
    private static partial void LogNotSaved(ILogger log, string path, string reason);
}
