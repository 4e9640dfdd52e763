using System.Buffers;
using System.Text;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.EndToEnd.Tests.Journey;

/// <summary>The way of a manifest through the real programs and a real broker to who checks it.</summary>
public sealed class ManifestTests
{
    [Fact]
    public async Task What_the_device_signs_is_what_the_broker_keeps_the_sink_serves_and_a_citizen_verifies()
    {
        await using var broker = await Mosquitto.StartAsync();
        var folder = JourneyTests.WriteConfigurations(TestPaths.VtestClip(), broker.Port);
        var edgeFile = Path.Combine(folder, "edge.yaml");
        var models = Path.Combine(TestPaths.Root, "models");
        await using var edge = new ChildProcess("SocialCredit.Edge.Host", "edge", "run", "--config", edgeFile, "--models", models);
        edge.Start();
        var signed = await RetainedAsync(broker.Port);
        await edge.KillAsync();

        Assert.True(signed.TryOpen(out var manifest, out var reason), reason);
        Assert.Equal(("edge-demo", "campus-road"), (manifest!.Device, Assert.Single(manifest.Zones).Zone));
        Assert.Equal(["bin_used", "steward_fix"], manifest.Zones[0].Episodes);
        Assert.Equal("street-320", Assert.Single(manifest.Models).Model);

        // The broker keeps it for a sink that comes when the device is gone.
        var sinkFile = Path.Combine(folder, "sink.yaml");
        await File.WriteAllTextAsync(sinkFile, (await File.ReadAllTextAsync(sinkFile)).Replace("embedded: true", "embedded: false", StringComparison.Ordinal));
        await using var sink = new ChildProcess("SocialCredit.Edge.Sink", "sink", "run", "--config", sinkFile);
        await sink.StartAsync("Took the manifest of edge-demo");
        using var client = new HttpClient { BaseAddress = await JourneyTests.AddressAsync(sink) };
        Assert.Equal(signed.Payload.ToArray(), await client.GetByteArrayAsync("/api/devices/edge-demo/manifest"));

        var saved = Path.Combine(folder, "manifest.json");
        await File.WriteAllBytesAsync(saved, await client.GetByteArrayAsync("/api/devices/edge-demo/manifest/envelope"));
        var (_, onDevice) = await RunAsync("SocialCredit.Edge.Host", "edge", "privacy", "manifest", "--config", edgeFile, "--models", models, "--json");
        var (code, words) = await RunAsync("SocialCredit.Edge.Sink", "sink", "manifest", "verify", saved, "--kid", signed.KeyId);

        Assert.Equal(Encoding.UTF8.GetString(signed.Payload.Span), onDevice);
        Assert.True(code == 0, words);
        Assert.Contains($"Signed by the key {signed.KeyId}, as expected.", words, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Printed)> RunAsync(string project, string program, params string[] arguments)
    {
        await using var process = new ChildProcess(project, program, arguments);
        process.Start();
        var code = await process.EndAsync();
        return (code, string.Join('\n', process.Lines.Concat(process.Errors)));
    }

    private static async Task<SignedManifest> RetainedAsync(int port)
    {
        using var client = new MqttClientFactory().CreateMqttClient();
        var heard = new TaskCompletionSource<MqttApplicationMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        client.ApplicationMessageReceivedAsync += received =>
        {
            heard.TrySetResult(received.ApplicationMessage);
            return Task.CompletedTask;
        };
        await client.ConnectAsync(new MqttClientOptionsBuilder()
            .WithProtocolVersion(MqttProtocolVersion.V500).WithTcpServer("127.0.0.1", port).WithClientId("citizen").Build());
        await client.SubscribeAsync(Topics.AllManifests, MqttQualityOfServiceLevel.AtLeastOnce);
        var message = await heard.Task.WaitAsync(TimeSpan.FromSeconds(60));
        return new SignedManifest(message.Payload.ToArray(), Property(message, Dsse.SignatureProperty), Property(message, Dsse.KeyIdProperty));
    }

    private static string Property(MqttApplicationMessage message, string name) =>
        Encoding.UTF8.GetString(message.UserProperties.Single(property => property.Name == name).ValueBuffer.Span);
}
