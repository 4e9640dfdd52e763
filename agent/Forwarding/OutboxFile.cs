using System.Globalization;
using Microsoft.Data.Sqlite;

namespace SocialCredit.Edge.Forwarding;

/// <summary>The outbox's file among the others of its folder: one process's alone, and set aside if it is damaged, never trusted.</summary>
internal static class OutboxFile
{
    /// <summary>Damaged files that are kept; their whole records live on in the outbox, they are for whoever wants to know what the disk did.</summary>
    public const int AsideMax = 3;

    private const int ReadOnly = 8, Io = 10, Corrupt = 11, Full = 13, CannotOpen = 14, NotADatabase = 26;

    /// <summary>errno of a device, a full disk, a disk that is read-only, and a quota; the same on every Linux.</summary>
    private static readonly int[] DiskErrors = [5, 28, 30, 122];

    /// <summary>Held by the one process that writes; the system lets go of it even if that process is killed.</summary>
    /// <exception cref="IOException">Another process has the outbox, or the disk refuses: <see cref="IsOfDisk"/> tells.</exception>
    public static FileStream Lock(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            // For reading: a disk that has become read-only gives the lock too, and what is stored can be delivered.
            return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.Read, FileShare.None);
        }
        catch (Exception held) when (held is IOException or UnauthorizedAccessException && !IsOfDisk(held))
        {
            throw new IOException(
                $"The outbox {path} cannot be locked: another agent has it, or its folder cannot be written. "
                + "Stop the other agent (its service) first, or give this one a state folder of its own.", held);
        }
    }

    public static bool IsDamage(Exception exception) => exception is SqliteException { SqliteErrorCode: Corrupt or NotADatabase };

    /// <summary>The disk refuses, and may take again by itself: nothing is wrong with the configuration.</summary>
    public static bool IsOfDisk(Exception exception) =>
        exception is SqliteException { SqliteErrorCode: ReadOnly or Io or Full or CannotOpen }
        || (exception is IOException && DiskErrors.Contains(exception.HResult));

    /// <summary>Like <see cref="IsOfDisk"/>, but no mere want of room: a disk that was changed under the open file has to be opened again.</summary>
    public static bool IsOfMount(Exception exception) => IsOfDisk(exception) && !IsFull(exception);

    public static bool IsFull(Exception exception) =>
        exception is SqliteException { SqliteErrorCode: Full } || (exception is IOException && exception.HResult is 28 or 122);

    /// <summary>Renames the file and its log; returns the new name. The log goes first: on another file it would be applied.</summary>
    public static string SetAside(string path)
    {
        var asides = Asides(path);
        for (var i = 0; i <= asides.Count - AsideMax; i++)
            Delete(asides[i]);
        var aside = Name(path, asides.Count == 0 ? 1 : NumberOf(asides[^1]) + 1);
        foreach (var suffix in (string[])["-wal", "-shm", ""])
        {
            if (File.Exists(path + suffix))
                File.Move(path + suffix, aside + suffix);
        }

        return aside;
    }

    /// <summary>Gives up the oldest file that was set aside, for its room; false if there is none.</summary>
    public static bool DeleteOldestAside(string path)
    {
        var asides = Asides(path);
        if (asides.Count > 0)
            Delete(asides[0]);
        return asides.Count > 0;
    }

    public static void Delete(string path)
    {
        foreach (var suffix in (string[])["", "-wal", "-shm", "-journal"])
            File.Delete(path + suffix);
    }

    private static List<string> Asides(string path) =>
        [.. Directory.EnumerateFiles(Path.GetDirectoryName(Path.GetFullPath(path))!, Path.GetFileName(path) + ".corrupt-*")
            .Where(file => NumberOf(file) > 0)
            .OrderBy(NumberOf)];

    private static int NumberOf(string aside) =>
        int.TryParse(aside.AsSpan(aside.LastIndexOf('-') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static string Name(string path, int number) => string.Create(CultureInfo.InvariantCulture, $"{path}.corrupt-{number}");
}
