using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.EndToEnd.Tests.Journey;

/// <summary>The real programs at a real mosquitto: a device says how it is, is told something by the sink's command line, and survives a configuration.</summary>
public sealed class CommandTests(ITestOutputHelper output)
{
    private static readonly string Models = Path.Combine(TestPaths.Root, "models");

    [Fact]
    public async Task A_device_says_how_it_is_answers_commands_and_comes_up_again_after_a_configuration_that_it_died_of()
    {
        await using var broker = await Mosquitto.StartAsync();
        var folder = Write(broker.Port);
        var (edgeFile, sinkFile) = (Path.Combine(folder, "edge.yaml"), Path.Combine(folder, "sink.yaml"));
        await using var sink = new ChildProcess("SocialCredit.Edge.Sink", "sink", "run", "--config", sinkFile);
        sink.Start();
        using var http = new HttpClient { BaseAddress = await JourneyTests.AddressAsync(sink) };
        await using var edge = new ChildProcess("SocialCredit.Edge.Host", "edge", "run", "--config", edgeFile, "--models", Models);
        edge.Start();

        await SaysAsync(edge, "has proven itself", 1);
        await Eventually.TrueAsync(async () => await StateAsync(http) == "ok", "the sink shows that the device is well");
        var (tested, test) = await RunAsync("SocialCredit.Edge.Sink", "sink", "command", "self-test", "edge-demo", "--config", sinkFile, "--wait", "60");
        Assert.True(tested == 0, test);
        Assert.Contains("cameras: ok", test, StringComparison.Ordinal);
        output.WriteLine(test);

        // kill -9 while a changed configuration is on probation.
        await File.WriteAllTextAsync(edgeFile, (await File.ReadAllTextAsync(edgeFile))
            .Replace("probationSeconds: 3", "probationSeconds: 600", StringComparison.Ordinal).Replace("windowSeconds: 5", "windowSeconds: 7", StringComparison.Ordinal));
        await SaysAsync(edge, "Took over the changed configuration", 1);
        await edge.KillAsync();
        var connected = edge.Lines.Count(line => line.Contains("Connected to the broker", StringComparison.Ordinal));
        edge.Start();
        await SaysAsync(edge, "the agent ended while it was on probation", 1);
        await SaysAsync(edge, "Connected to the broker", connected + 1);
        var (_, history) = await RunAsync("SocialCredit.Edge.Host", "edge", "config", "history", "--config", edgeFile);
        Assert.Contains("good, the one to go back to", history, StringComparison.Ordinal);
        Assert.Contains("taken back: the agent ended while it was on probation", history, StringComparison.Ordinal);
        output.WriteLine(history);

        var (restarted, restart) = await RunAsync("SocialCredit.Edge.Sink", "sink", "command", "restart", "edge-demo", "--config", sinkFile, "--wait", "60");
        Assert.True(restarted == 0, restart);
        Assert.Equal(75, await edge.EndAsync());
    }

    /// <summary>Programs that are told of each other as enrolment would, with a clip that plays for ever.</summary>
    private static string Write(int port)
    {
        var folder = JourneyTests.WriteConfigurations(TestPaths.VtestClip(), port);
        var sinkFile = Path.Combine(folder, "sink.yaml");
        File.WriteAllText(sinkFile, File.ReadAllText(sinkFile).Replace("embedded: true", "embedded: false", StringComparison.Ordinal));
        File.WriteAllText(Path.Combine(folder, "policy.yaml"), """
            id: p-1
            behaviours:
              stop_keep_clear: {sign: bad, weight: 6, reference: 1}

            """);
        File.WriteAllText(Path.Combine(folder, "edge.yaml"), $$"""
            site: campus-demo
            device: edge-demo
            profile: demo
            policy: policy.yaml
            broker: {host: 127.0.0.1, port: {{port}}, resendSeconds: 5}
            state: edge
            probationSeconds: 3
            cameras:
              - {name: campus, source: "{{TestPaths.VtestClip()}}", framesPerSecond: 2, paced: true, loop: true, aspect: 768x576, zones: [
                  {name: campus-road, polygon: [[0, 0], [1, 0], [1, 1], [0, 1]], windowSeconds: 5, behaviours: {passage: {}, stop_keep_clear: {} } }] }
            """);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        const UnixFileMode ownerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Directory.CreateDirectory(Path.Combine(folder, "authority"), ownerOnly | UnixFileMode.UserExecute);
        var keyFile = Path.Combine(folder, "authority", "command-key.pem");
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem() + "\n");
        File.SetUnixFileMode(keyFile, ownerOnly);
        Directory.CreateDirectory(Path.Combine(folder, "edge"));
        File.WriteAllText(
            Path.Combine(folder, "edge", "enrolment.json"),
            $$"""{"sink":"https://127.0.0.1:1","device":"edge-demo","zones":["campus-road"],"commandKey":"{{Convert.ToBase64String(key.ExportSubjectPublicKeyInfo())}}"}""");
        return folder;
    }

    private static async Task<string?> StateAsync(HttpClient http)
    {
        using var answer = await http.GetAsync(new Uri("/api/devices/edge-demo/health", UriKind.Relative));
        return answer.IsSuccessStatusCode ? (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("state").GetString() : null;
    }

    private static Task SaysAsync(ChildProcess edge, string part, int times) => Eventually.TrueAsync(
        () =>
        {
            Assert.False(edge.HasExited, string.Join('\n', edge.Lines.TakeLast(10).Concat(edge.Errors)));
            return edge.Lines.Count(line => line.Contains(part, StringComparison.Ordinal)) >= times;
        },
        $"edge says \"{part}\"");

    private static async Task<(int Code, string Printed)> RunAsync(string project, string program, params string[] arguments)
    {
        await using var process = new ChildProcess(project, program, arguments);
        process.Start();
        var code = await process.EndAsync();
        return (code, string.Join('\n', process.Lines.Concat(process.Errors)));
    }
}
