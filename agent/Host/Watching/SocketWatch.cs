using System.Globalization;

namespace SocialCredit.Edge.Host.Watching;

/// <summary>
/// The sockets that a process and its children had, sampled: one that was opened and closed between two samples is not seen. It
/// needs no right beyond the process's own.
/// </summary>
internal sealed class SocketWatch(int process)
{
    private readonly HashSet<SeenSocket> _seen = [];

    /// <summary>Of the last sample: the process, its children, theirs.</summary>
    public IReadOnlyCollection<int> Processes { get; private set; } = [process];

    /// <summary>Each partner once, in the order of its text.</summary>
    public IReadOnlyList<SeenSocket> Seen => [.. _seen.OrderBy(seen => seen.ToString(), StringComparer.Ordinal)];

    public void Sample()
    {
        Processes = Family();
        var owners = new Dictionary<long, string>();
        foreach (var id in Processes)
        {
            foreach (var inode in Inodes(id))
                owners[inode] = Read($"/proc/{id}/comm").TrimEnd();
        }

        foreach (var socket in SocketTable.Read(process))
        {
            if (!owners.TryGetValue(socket.Inode, out var owner))
                continue;
            // A partner speaks from one port to another each time: only ours of a socket without one is worth a line.
            var own = socket.Remote.Port == 0 ? $"{socket.Local}" : "";
            _seen.Add(new(socket.Protocol, socket.Remote.Address.ToString(), socket.Remote.Port, own, owner));
        }
    }

    private HashSet<int> Family()
    {
        var parents = new List<(int Id, int Parent)>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
                parents.Add((id, ParentOf(Read($"{folder}/stat"))));
        }

        var family = new HashSet<int> { process };
        while (parents.Any(child => family.Contains(child.Parent) && family.Add(child.Id)))
        {
            // Until a generation has no children.
        }

        return family;
    }

    /// <summary>The second field after a name in brackets that may itself hold anything; 0 where there is none.</summary>
    private static int ParentOf(string stat)
    {
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 1 && int.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out var parent) ? parent : 0;
    }

    private static List<long> Inodes(int id)
    {
        const string prefix = "socket:[";
        var inodes = new List<long>();
        try
        {
            foreach (var descriptor in new DirectoryInfo($"/proc/{id}/fd").EnumerateFileSystemInfos())
            {
                if (descriptor.LinkTarget is { } target && target.StartsWith(prefix, StringComparison.Ordinal))
                    inodes.Add(long.Parse(target[prefix.Length..^1], NumberStyles.None, CultureInfo.InvariantCulture));
            }
        }
        catch (Exception ended) when (ended is IOException or UnauthorizedAccessException)
        {
            // The process or the descriptor is gone.
        }

        return inodes;
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception ended) when (ended is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}

/// <param name="Protocol"><c>tcp</c>, <c>udp</c>, <c>raw</c>.</param>
/// <param name="Address">Of the other end.</param>
/// <param name="Port">Of the other end; 0 for a socket without one.</param>
/// <param name="Local">Our end, where there is no other; else empty.</param>
/// <param name="Process">The name of the process that had it.</param>
internal sealed record SeenSocket(string Protocol, string Address, int Port, string Local, string Process)
{
    public override string ToString() =>
        Port == 0 ? $"{Protocol} {Local} without a partner ({Process})" : $"{Protocol} {Address}:{Port.ToString(CultureInfo.InvariantCulture)} ({Process})";
}
