using Microsoft.Data.Sqlite;

namespace SocialCredit.Edge.Forwarding;

/// <summary>Opens the outbox's file for one process alone; a damaged file is set aside, never deleted and never trusted.</summary>
internal static class OutboxFile
{
    private const int Corrupt = 11, NotADatabase = 26;

    /// <summary>Held by the one process that writes; the system lets go of it even if that process is killed.</summary>
    /// <exception cref="IOException">Another process has the outbox.</exception>
    public static FileStream Lock(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception held) when (held is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"The outbox {path} cannot be locked: another agent has it, or its folder cannot be written. "
                + "Stop the other agent (its service) first, or give this one a state folder of its own.", held);
        }
    }

    /// <summary>The database, and where a damaged one was put, if it was.</summary>
    public static (OutboxDatabase Database, string? SetAside) Open(string path)
    {
        try
        {
            return (OutboxDatabase.Open(path), null);
        }
        catch (SqliteException damaged) when (IsDamage(damaged))
        {
            var aside = SetAside(path);
            return (OutboxDatabase.Open(path), aside);
        }
    }

    public static bool IsDamage(SqliteException exception) => exception.SqliteErrorCode is Corrupt or NotADatabase;

    /// <summary>Renames the file and what SQLite keeps beside it; returns its new name.</summary>
    public static string SetAside(string path)
    {
        var number = 1;
        while (File.Exists($"{path}.corrupt-{number}"))
            number++;
        var aside = $"{path}.corrupt-{number}";
        foreach (var suffix in (string[])["", "-wal", "-shm"])
        {
            if (File.Exists(path + suffix))
                File.Move(path + suffix, aside + suffix);
        }

        return aside;
    }
}
