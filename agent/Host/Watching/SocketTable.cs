using System.Buffers.Binary;
using System.Globalization;
using System.Net;

namespace SocialCredit.Edge.Host.Watching;

/// <summary>One line of <c>/proc/net/tcp</c> and its like, see proc_net_tcp(5) and proc(5).</summary>
/// <param name="Protocol">The table's name without the 6: <c>tcp</c>, <c>udp</c>, <c>raw</c>.</param>
/// <param name="Local">This end.</param>
/// <param name="Remote">The other end; port 0 where there is none.</param>
/// <param name="Inode">By which a file descriptor names the socket.</param>
internal sealed record OpenSocket(string Protocol, IPEndPoint Local, IPEndPoint Remote, long Inode);

/// <summary>Reads the kernel's tables of sockets.</summary>
internal static class SocketTable
{
    private static readonly string[] Tables = ["tcp", "tcp6", "udp", "udp6", "udplite", "udplite6", "raw", "raw6"];

    /// <summary>Every socket of the network namespace of a process; none of a process that has ended.</summary>
    public static List<OpenSocket> Read(int process) =>
        [.. Tables.SelectMany(table => Lines($"/proc/{process}/net/{table}").Skip(1).Select(line => Parse(table.TrimEnd('6'), line)).OfType<OpenSocket>())];

    /// <summary>Null for a line that is none.</summary>
    public static OpenSocket? Parse(string protocol, string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Length > 9 && EndPoint(words[1]) is { } local && EndPoint(words[2]) is { } remote
            && long.TryParse(words[9], NumberStyles.None, CultureInfo.InvariantCulture, out var inode)
            ? new(protocol, local, remote, inode)
            : null;
    }

    /// <summary>An address is written as 32-bit words in the machine's order, the port as a number.</summary>
    private static IPEndPoint? EndPoint(string text)
    {
        var parts = text.Split(':');
        if (parts.Length != 2 || parts[0].Length is not (8 or 32) || !ushort.TryParse(parts[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var port))
            return null;
        var bytes = new byte[parts[0].Length / 2];
        for (var i = 0; i < bytes.Length; i += 4)
        {
            if (!uint.TryParse(parts[0].AsSpan(i * 2, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var word))
                return null;
            if (BitConverter.IsLittleEndian)
                BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(i), word);
            else
                BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(i), word);
        }

        var address = new IPAddress(bytes);
        return new(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, port);
    }

    private static string[] Lines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception ended) when (ended is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
