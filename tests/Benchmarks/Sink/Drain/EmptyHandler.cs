using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Benchmarks.Sink.Drain;

/// <summary>MQTTnet with a handler that does nothing; it acknowledges by itself.</summary>
/// <param name="clientId">Of its session.</param>
/// <param name="port">The broker's.</param>
/// <param name="key">
/// Null for the empty handler. With a key it is what nobody who looks at signatures can be quicker than: each record's is checked on the thread
/// pool with one key that is there already, and acknowledged; nothing else is done.
/// </param>
internal sealed class EmptyHandler(string clientId, int port, ECDsa? key = null) : IContestant
{
    private readonly ConcurrentBag<ECDsa> _keys = [];

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
        using var client = await ConnectAsync(received =>
        {
            if (key is null)
            {
                if (++seen == count)
                    done.SetResult();
                return Task.CompletedTask;
            }

            received.AutoAcknowledge = false;
            _ = Task.Run(async () =>
            {
                if (!Verify(received.ApplicationMessage))
                    Environment.FailFast("A signature does not hold.");
                await received.AcknowledgeAsync(CancellationToken.None);
                if (Interlocked.Increment(ref seen) == count)
                    done.SetResult();
            });
            return Task.CompletedTask;
        });
        await done.Task;
        await client.DisconnectAsync(new MqttClientDisconnectOptions { SessionExpiryInterval = 3600 });
    }

    public long Stored() => 0;

    public void Dispose()
    {
    }

    private bool Verify(MqttApplicationMessage message)
    {
        if (!_keys.TryTake(out var mine))
            mine = Dsse.TryImport(key!.ExportSubjectPublicKeyInfo())!;
        var signature = message.UserProperties.First(property => property.Name == Dsse.SignatureProperty);
        var holds = Dsse.Verify(mine, EventRecord.SignedType, message.Payload.ToArray(), Encoding.UTF8.GetString(signature.ValueBuffer.Span));
        _keys.Add(mine);
        return holds;
    }

    private async Task<IMqttClient> ConnectAsync(Func<MqttApplicationMessageReceivedEventArgs, Task> handle)
    {
        var client = new MqttClientFactory().CreateMqttClient();
        client.ApplicationMessageReceivedAsync += handle;
        await client.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", port).WithClientId(clientId)
            .WithProtocolVersion(MqttProtocolVersion.V500).WithCleanStart(false).WithSessionExpiryInterval(3600).WithReceiveMaximum(ushort.MaxValue).Build());
        return client;
    }
}
