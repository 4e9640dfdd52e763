using System.Diagnostics;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Forwarding;

/// <summary>A real file system of a few megabytes in a folder of its own, which fills up and fails as a device's does.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private readonly string _image = Path.Combine(TestPaths.NewFolder(), "disk.img");
    private string? _device;

    private SmallDisk(string folder) => Folder = folder;

    public string Folder { get; }

    private string Ballast => Path.Combine(Folder, "ballast");

    /// <summary>Skips the test where none can be mounted.</summary>
    /// <param name="kind"><c>ext4</c> as on a device, or <c>tmpfs</c>.</param>
    /// <param name="megabytes">Of the whole file system.</param>
    public static async Task<SmallDisk> MountAsync(string kind, int megabytes)
    {
        var disk = new SmallDisk(TestPaths.NewFolder());
        var isMounted = kind == "tmpfs"
            ? await RunAsync("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", disk.Folder) is not null
            : await disk.TryMountExt4Async(megabytes);
        Assert.SkipUnless(isMounted, $"needs the right to mount a {kind} (run as root, with loop devices)");
        return disk;
    }

    /// <summary>To the last byte, as a log that nobody turned over.</summary>
    public void Fill()
    {
        using var file = new FileStream(Ballast, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        for (var block = 1 << 16; block >= 1; block /= 2)
        {
            try
            {
                while (true)
                    file.Write(new byte[block]);
            }
            catch (IOException)
            {
            }
        }
    }

    public void Empty() => File.Delete(Ballast);

    /// <summary>What ext4 does by itself after an error of the disk: it is read-only from now on, under open files too.</summary>
    public async Task BecomeReadOnlyAsync() => Assert.NotNull(await RunAsync("mount", "-o", "remount,abort", Folder));

    /// <summary>Checked and mounted again at its place, as by whoever looks after the device.</summary>
    public async Task MountAgainAsync()
    {
        Assert.NotNull(await RunAsync("umount", "-l", Folder));
        _device = (await RunAsync("losetup", "-f", "--show", _image))?.Trim();
        Assert.NotNull(await RunAsync("mount", _device!, Folder));
    }

    public async ValueTask DisposeAsync()
    {
        await RunAsync("umount", "-l", Folder);
        if (_device is not null)
            await RunAsync("losetup", "-d", _device);
        Directory.Delete(Path.GetDirectoryName(_image)!, recursive: true);
    }

    private async Task<bool> TryMountExt4Async(int megabytes)
    {
        await using (var file = File.Create(_image))
            file.SetLength((long)megabytes << 20);
        return await RunAsync("mkfs.ext4", "-q", "-F", "-m", "0", _image) is not null
            && await RunAsync("mount", "-o", "loop,errors=remount-ro", _image, Folder) is not null;
    }

    /// <summary>What it printed, or null if it failed.</summary>
    private static async Task<string?> RunAsync(string command, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command, arguments)
            {
                UseShellExecute = false,
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            })!;
            var printed = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            return process.ExitCode == 0 ? printed : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
