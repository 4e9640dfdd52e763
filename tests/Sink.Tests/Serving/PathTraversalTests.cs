using System.Net.Sockets;
using System.Text;

namespace SocialCredit.Edge.Sink.Tests.Serving;

/// <summary>Paths that lead out of the pages, sent as they are: a well-behaved client would tidy them up before.</summary>
public sealed class PathTraversalTests(ServedCity city) : IClassFixture<ServedCity>
{
    [Theory]
    [InlineData("/api/zones/..%2f..%2f..%2fetc%2fpasswd", 404)]
    [InlineData("/api/zones/%2e%2e%2f%2e%2e%2fetc%2fpasswd/score", 404)]
    [InlineData("/api/zones/..%5c..%5cetc/rows.csv", 404)]
    [InlineData("/api/zones/plaza-edge%00/score", 400)]
    [InlineData("/api/zones/plaza-edge%0d%0aSet-Cookie:x/rows.csv", 404)]
    [InlineData("/api/zones/plaza-edge%27%20OR%201=1/score", 404)]
    [InlineData("/api/devices/..%2f..%2fsink.db/manifest", 404)]
    [InlineData("/api/devices/%1b%5b2J/manifest/envelope", 404)]
    [InlineData("/devices/..%2f..%2fsink.yaml", 404)]
    [InlineData("/../../etc/passwd", 404)]
    [InlineData("/site.css/../../../etc/passwd", 404)]
    [InlineData("/%2e%2e/%2e%2e/etc/passwd", 404)]
    [InlineData("//etc/passwd", 404)]
    [InlineData("/web.site.css", 404)]
    [InlineData("/zones/..%2f..%2fsink.yaml/code.svg", 404)]
    [InlineData("/policy/..%2f..%2fpolicy.yaml", 404)]
    [InlineData("/contests/..%2f..%2fsink.db", 404)]
    public async Task A_path_leads_nowhere_else(string path, int status)
    {
        var answer = await AskAsync(path);

        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("root:", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("Set-Cookie", answer, StringComparison.OrdinalIgnoreCase);
        Assert.StartsWith("HTTP/1.1 200 ", await AskAsync("/api/health"), StringComparison.Ordinal);
    }

    private async Task<string> AskAsync(string path)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(city.Sink.Address.Host, city.Sink.Address.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
        using var answer = new StreamReader(client.GetStream());
        return await answer.ReadToEndAsync();
    }
}
