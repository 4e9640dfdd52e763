using System.Diagnostics;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.EndToEnd.Tests.Chaos;

/// <summary>A small file system that can be filled and emptied.</summary>
internal sealed class SmallDisk : IDisposable
{
    // Two clocks that step make some ten thousand records of the bed's short windows, and a damaged file lies beside the one that is made of it.
    private const int Megabytes = 64;

    private SmallDisk(string folder) => Folder = folder;

    public string Folder { get; }

    private string Ballast => Path.Combine(Folder, "ballast");

    /// <summary>Null where this user may not mount one.</summary>
    public static SmallDisk? TryMount()
    {
        var folder = TestPaths.NewFolder();
        return Run("mount", "-t", "tmpfs", "-o", $"size={Megabytes}m,mode=700", "tmpfs", folder) ? new SmallDisk(folder) : null;
    }

    /// <summary>To the last byte.</summary>
    public void Fill()
    {
        var block = new byte[64 * 1024];
        try
        {
            using var file = new FileStream(Ballast, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
            for (var size = block.Length; size > 0;)
            {
                try
                {
                    file.Write(block.AsSpan(0, size));
                }
                catch (IOException)
                {
                    size /= 2;
                }
            }
        }
        catch (IOException)
        {
            // So full that it cannot even be closed properly.
        }
    }

    public void Empty() => File.Delete(Ballast);

    public void Dispose() => Run("umount", "-l", Folder);

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
