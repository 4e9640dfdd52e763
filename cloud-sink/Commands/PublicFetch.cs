using System.Text.Json;
using System.Text.RegularExpressions;
using SocialCredit.Edge.Configuration;
using SocialCredit.Edge.Sink.Serving;

namespace SocialCredit.Edge.Sink.Commands;

/// <summary>
/// Fetches from a running sink what <see cref="PublicFolder"/> reads, as anyone can. The sink may be hostile: whatever it answers, no more than a set number
/// of bytes is taken, no redirection is followed, only names that are made here become files, and each page must go on behind the one before.
/// </summary>
/// <param name="sink">See <see cref="Open"/>.</param>
/// <param name="bytesMax">Taken in all.</param>
internal sealed partial class PublicFetch(HttpClient sink, long bytesMax)
{
    /// <summary>A page is a thousand zones, some megabytes.</summary>
    private const int PageBytesMax = 128 * 1024 * 1024;

    /// <summary>Of twenty years; each is two open files when they are read.</summary>
    private const int WeeksMax = 1044;

    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(15), SilenceMax = TimeSpan.FromSeconds(60);

    private long _bytes;

    /// <summary>A client that goes to this address and to no other.</summary>
    public static HttpClient Open(Uri sink) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = ConnectWithin,
        MaxResponseHeadersLength = 32,
    })
    {
        BaseAddress = sink,
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Fetches all of it.</summary>
    /// <param name="folder">Is there and empty.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="HttpRequestException">The sink did not give it; the message says which part and why.</exception>
    /// <exception cref="IOException">The answer broke off, or the disk did not take it.</exception>
    public async Task RunAsync(string folder, CancellationToken cancellation)
    {
        foreach (var (path, name) in new[] { ("api/policy", PublicFolder.Policy), ("api/calibration", PublicFolder.Calibration), ("api/rulings", PublicFolder.Rulings) })
        {
            var (bytes, _) = await GetAsync(path, YamlReader.FileBytesMax, cancellation);
            await File.WriteAllBytesAsync(Path.Combine(folder, name), bytes, cancellation);
        }

        foreach (var week in await WeeksAsync(cancellation))
        {
            foreach (var kind in new[] { "rows", "scores" })
                await CopyAsync($"api/{kind}/{week}.csv", Path.Combine(folder, $"{kind}-{week}.csv"), cancellation);
        }
    }

    private async Task<List<string>> WeeksAsync(CancellationToken cancellation)
    {
        const string path = "api/weeks";
        var (bytes, _) = await GetAsync(path, YamlReader.FileBytesMax, cancellation);
        string?[]? named;
        try
        {
            named = JsonSerializer.Deserialize<string?[]>(bytes);
        }
        catch (JsonException broken)
        {
            throw new HttpRequestException($"{path} is no list in JSON. Is this the address of a sink, without a path behind it?", broken);
        }

        var weeks = new List<string>();
        foreach (var week in named ?? [])
        {
            // A name from elsewhere becomes a file of this machine.
            if (week is null || WeeklyFiles.MondayOf(week) is null)
                throw new HttpRequestException($"The sink names a week that is none: {new string([.. (week ?? "null").Take(20)])}.");
            if (weeks.Count > 0 && string.CompareOrdinal(week, weeks[^1]) <= 0)
                throw new HttpRequestException($"The sink names its weeks twice or out of order: {week} after {weeks[^1]}.");
            weeks.Add(week);
        }

        return weeks.Count <= WeeksMax ? weeks : throw new HttpRequestException($"The sink names {weeks.Count} weeks; {WeeksMax} are taken.");
    }

    // A thousand zones an answer; the first line of the others must be the same and is left out.
    private async Task CopyAsync(string path, string file, CancellationToken cancellation)
    {
        await using var to = File.Create(file);
        var (after, head) = ("", Array.Empty<byte>());
        while (true)
        {
            var asked = after.Length == 0 ? path : $"{path}?after={after}";
            var (bytes, next) = await GetAsync(asked, PageBytesMax, cancellation);
            var first = bytes.AsSpan(0, bytes.AsSpan().IndexOf((byte)'\n') + 1).ToArray();
            if (after.Length == 0)
                head = first;
            else if (!first.AsSpan().SequenceEqual(head))
                throw new HttpRequestException($"The first line of {asked} is another than that of {path}.");
            await to.WriteAsync(bytes.AsMemory(after.Length == 0 ? 0 : head.Length), cancellation);
            if (next.Length == 0)
                return;
            if (bytes is not [.., (byte)'\n'])
                throw new HttpRequestException($"{asked} ends within a line, and says that it goes on.");
            if (string.CompareOrdinal(next, after) <= 0)
                throw new HttpRequestException($"The sink's answer to {path} goes round in a ring: after {after} comes {next}.");
            after = next;
        }
    }

    private async Task<(byte[] Bytes, string Next)> GetAsync(string path, int most, CancellationToken cancellation)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        silence.CancelAfter(SilenceMax);
        try
        {
            using var answer = await sink.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, silence.Token);
            if ((int)answer.StatusCode is >= 300 and < 400)
                throw new HttpRequestException($"{path} leads to another address, {answer.Headers.Location}. Only what this address says itself is verified; give the other one if you mean it.");
            if (!answer.IsSuccessStatusCode)
                throw new HttpRequestException($"{path} was answered with {(int)answer.StatusCode}.");
            await using var from = await answer.Content.ReadAsStreamAsync(silence.Token);
            using var bytes = new MemoryStream();
            var part = new byte[64 * 1024];
            while (await from.ReadAsync(part, silence.Token) is > 0 and var read)
            {
                if (bytes.Length + read > most)
                    throw new HttpRequestException($"{path} is longer than the {most} bytes that are taken of it.");
                if ((_bytes += read) > bytesMax)
                    throw new HttpRequestException($"{path}: more than {bytesMax >> 20} MB in all are not taken; allow more with --megabytes.");
                bytes.Write(part, 0, read);
                silence.CancelAfter(SilenceMax);
            }

            return (bytes.ToArray(), answer.Headers.TryGetValues("Link", out var links) ? Next().Match(string.Join(',', links)).Groups["after"].Value : "");
        }
        catch (OperationCanceledException silent) when (!cancellation.IsCancellationRequested)
        {
            throw new HttpRequestException($"{path}: the sink said nothing for {SilenceMax.TotalSeconds:0} s.", silent);
        }
    }

    // Whatever address stands in it, only the name of a zone is taken.
    [GeneratedRegex("after=(?<after>[a-z0-9-]{3,32})>; *rel=\"?next", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Next();
}
