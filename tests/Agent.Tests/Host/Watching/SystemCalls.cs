using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace SocialCredit.Edge.Agent.Tests.Host.Watching;

/// <summary>What <c>strace -f -xx</c> wrote of a process and its children: whom they sent to, what, and which files they wrote.</summary>
internal sealed partial record SystemCalls(IReadOnlyList<string> Lines)
{
    public const string Traced = "trace=%network,open,openat,creat,memfd_create,rename,renameat,renameat2,link,linkat";

    /// <summary>Machines that a socket was connected or sent to, each once.</summary>
    public string[] Partners => [.. Lines.Where(line => Sending().IsMatch(line)).SelectMany(PartnersIn).Distinct().Order()];

    /// <summary>Files that were made, opened for writing or renamed to, each once.</summary>
    public string[] Written => [.. Lines.Where(line => Writing().IsMatch(line)).Select(line => Plain(Texts(line).Last())).Distinct().Order()];

    /// <summary>All bytes that went into any socket, in order.</summary>
    public byte[] Sent() =>
        [.. Lines.Where(line => SendingData().IsMatch(line)).SelectMany(line => Texts(line).Take(1)).SelectMany(Bytes)];

    private static IEnumerable<string> PartnersIn(string line)
    {
        if (Port().Match(line) is { Success: true } port && Address().Match(line) is { Success: true } address)
            yield return $"{Plain(address.Groups["text"].Value).Replace("::ffff:", "", StringComparison.Ordinal)}:{port.Groups["port"].Value}";
        else if (UnixPath().Match(line) is { Success: true } path)
            yield return $"unix:{Plain(path.Groups["text"].Value)}";
    }

    private static IEnumerable<string> Texts(string line) => Quoted().Matches(line).Select(match => match.Groups["text"].Value);

    private static string Plain(string text) => Encoding.UTF8.GetString([.. Bytes(text)]).TrimEnd('\0');

    private static IEnumerable<byte> Bytes(string text) =>
        HexByte().Matches(text).Select(match => byte.Parse(match.Groups["hex"].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture));

    [GeneratedRegex(@"^\d+ +(connect|sendto|sendmsg|sendmmsg)\(", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Sending();

    [GeneratedRegex(@"^\d+ +(sendto|sendmsg|sendmmsg)\(", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SendingData();

    // What could not be opened was not written.
    [GeneratedRegex(@"^\d+ +((open|openat)\(.*(O_WRONLY|O_RDWR|O_CREAT)(?!.* = -1)|(creat|memfd_create|rename\w*|link\w*)\()", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Writing();

    [GeneratedRegex(@"sin6?_port=htons\((?<port>\d+)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Port();

    [GeneratedRegex("""(inet_pton\(AF_INET6, |inet_addr\()"(?<text>[^"]*)"|sin6_addr=[^"]*"(?<text>[^"]*)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Address();

    [GeneratedRegex("""sun_path=@?"(?<text>[^"]*)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex UnixPath();

    [GeneratedRegex("""
        "(?<text>(\\x[0-9a-f]{2})*)"
        """, RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace, 1000)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\\x(?<hex>[0-9a-f]{2})", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex HexByte();
}
