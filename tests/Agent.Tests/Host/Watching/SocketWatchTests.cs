using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using SocialCredit.Edge.Host.Watching;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Host.Watching;

/// <summary>Whom a process and its children speak to is seen, and whoever the configuration does not name is said to be unknown.</summary>
public sealed class SocketWatchTests
{
    [Fact]
    public async Task A_connection_of_a_child_to_somebody_foreign_is_reported()
    {
        using var broker = new TcpListener(IPAddress.Loopback, 0);
        using var foreign = new TcpListener(IPAddress.Loopback, 0);
        broker.Start();
        foreign.Start();
        var (known, unknown) = (PortOf(broker), PortOf(foreign));
        // A shell whose child connects, and which waits for it.
        using var process = Start($"(exec 3<>/dev/tcp/127.0.0.1/{known} 4<>/dev/tcp/127.0.0.1/{unknown} 5<>/dev/udp/127.0.0.1/{unknown}; echo; read <&4) & echo; wait");
        await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        var watch = new SocketWatch(process.Id);

        await Eventually.TrueAsync(() => Sampled(watch).Count == 3, "three sockets are seen");
        process.Kill(entireProcessTree: true);

        var configuration = TestConfigurations.Load(TestConfigurations.Agent.Replace("port: 1883", $"port: {known}", StringComparison.Ordinal));
        var partners = await KnownPartners.OfAsync(configuration);
        var judged = watch.Seen.Select(seen => $"{seen.Protocol} {seen.Port.ToString(CultureInfo.InvariantCulture)} {partners.WhatIs(seen) ?? "?"}").Order();
        Assert.Equal([.. new[] { $"tcp {known} the broker", $"tcp {unknown} ?", $"udp {unknown} ?" }.Order()], judged);
        var report = new WatchReport([], new OwnTraffic(configuration.Options), watch.Seen, partners);
        Assert.False(report.IsExplained);
        Assert.Contains($"tcp 127.0.0.1:{unknown} (bash): UNKNOWN", Text(report));
        Assert.True(new WatchReport([], new OwnTraffic(configuration.Options), watch.Seen.Where(seen => seen.Port == known), partners).IsExplained);
    }

    [Fact]
    public async Task Cameras_and_signal_controllers_are_known_and_an_open_door_is_not()
    {
        var configuration = TestConfigurations.Load(TestConfigurations.Agent.Replace("clip.avi", "rtsp://192.0.2.20/stream", StringComparison.Ordinal) + """

            sensors:
              signal: {controller_http: {url: "http://192.0.2.30:8080/phases"}}
            """);

        var partners = await KnownPartners.OfAsync(configuration);

        Assert.Equal("camera north", partners.WhatIs(Tcp("192.0.2.20", 554)));
        Assert.Equal("signal controller signal", partners.WhatIs(Tcp("192.0.2.30", 8080)));
        Assert.Null(partners.WhatIs(Tcp("192.0.2.20", 555)));
        Assert.Null(partners.WhatIs(new SeenSocket("tcp", "0.0.0.0", 0, "0.0.0.0:8080", "edge")));
        Assert.Null(partners.WhatIs(new SeenSocket("udp", "0.0.0.0", 0, "0.0.0.0:40000", "edge")));
        Assert.Null(partners.WhatIs(new SeenSocket("udp", "192.0.2.53", 53, "", "edge")));
    }

    [Theory]
    [InlineData("  0: 0100007F:1F90 0200007F:0050 01 00000000:00000000 00:00000000 00000000     0        0 12345 1", "127.0.0.1:8080 127.0.0.2:80 12345")]
    [InlineData("  0: 0000000000000000FFFF00000100007F:1F90 00000000000000000000000001000000:0050 01 00000000:00000000 00:00000000 00000000 0 0 7 1", "127.0.0.1:8080 [::1]:80 7")]
    [InlineData("  0: 01:1F90 0200007F:0050 01 0 0 0 0 0 7 1", null)]
    [InlineData("", null)]
    public void A_line_of_the_kernels_table_is_read(string line, string? expected)
    {
        Assert.SkipUnless(BitConverter.IsLittleEndian, "the lines are those of a little-endian machine");

        var socket = SocketTable.Parse("tcp", line);

        Assert.Equal(expected, socket is null ? null : $"{socket.Local} {socket.Remote} {socket.Inode}");
    }

    private static IReadOnlyList<SeenSocket> Sampled(SocketWatch watch)
    {
        watch.Sample();
        return watch.Seen;
    }

    private static string Text(WatchReport report)
    {
        using var text = new StringWriter();
        report.Write(text);
        return text.ToString();
    }

    private static SeenSocket Tcp(string address, int port) => new("tcp", address, port, "", "edge");

    private static int PortOf(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;

    private static Process Start(string script) => Process.Start(new ProcessStartInfo("/bin/bash", ["-c", script])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        UseShellExecute = false,
    })!;
}
