using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace SocialCredit.Edge.Benchmarks.Sink.Drain;

/// <summary>MQTTnet with a handler that does nothing; it acknowledges by itself.</summary>
internal sealed class EmptyHandler(int port) : IContestant
{
    private const string ClientId = "empty";

    public async Task PrepareAsync()
    {
        using var client = await ConnectAsync(_ => Task.CompletedTask);
        await client.SubscribeAsync("sce/v1/+/events", MqttQualityOfServiceLevel.AtLeastOnce);
        await client.DisconnectAsync(new MqttClientDisconnectOptions { SessionExpiryInterval = 3600 });
    }

    public void Ready(int round)
    {
    }

    public async Task DrainAsync(int count)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var seen = 0;
        using var client = await ConnectAsync(_ =>
        {
            if (++seen == count)
                done.SetResult();
            return Task.CompletedTask;
        });
        await done.Task;
        await client.DisconnectAsync(new MqttClientDisconnectOptions { SessionExpiryInterval = 3600 });
    }

    public long Stored() => 0;

    public void Dispose()
    {
    }

    private async Task<IMqttClient> ConnectAsync(Func<MqttApplicationMessageReceivedEventArgs, Task> handle)
    {
        var client = new MqttClientFactory().CreateMqttClient();
        client.ApplicationMessageReceivedAsync += handle;
        await client.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", port).WithClientId(ClientId)
            .WithProtocolVersion(MqttProtocolVersion.V500).WithCleanStart(false).WithSessionExpiryInterval(3600).WithReceiveMaximum(ushort.MaxValue).Build());
        return client;
    }
}
