using System.Net.Security;
using System.Net.Sockets;

namespace SocialCredit.Edge.Forwarding;

/// <summary>
/// Whether a broker can be reached and the two would accept each other's certificates. No MQTT is spoken, so that an agent that runs
/// keeps its session.
/// </summary>
public static class BrokerProbe
{
    // A server of TLS 1.3 that refuses a certificate says so at once; one that is content waits for the first packet.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Null if nothing stands in the way, else what does and what to do.</summary>
    public static async Task<string?> FindTroubleAsync(BrokerOptions broker, DeviceKey? key, TimeProvider time, CancellationToken cancellationToken)
    {
        if (broker.Problem() is { } problem)
            return problem;
        using var trust = broker.Tls is { } tls ? new BrokerTrust(broker.Host, tls, key, time) : null;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(broker.Host, broker.Port, patience.Token);
            return trust is null ? null : await FindTroubleAsync(client, trust, patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"no answer within {Patience.TotalSeconds:0} s";
        }
        catch (Exception failed)
        {
            // Whatever the network, the resolver, a file or TLS throws: it is what stands in the way.
            return trust?.Refusal ?? BrokerTrust.RefusalOfDevice(failed) ?? (trust is { IsTrusted: true } ? trust.HungUp() : failed.GetBaseException().Message);
        }
    }

    private static async Task<string?> FindTroubleAsync(TcpClient client, BrokerTrust trust, CancellationToken cancellationToken)
    {
        await using var stream = new SslStream(client.GetStream());
        await stream.AuthenticateAsClientAsync(trust.Options(), cancellationToken);
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        silence.CancelAfter(Silence);
        try
        {
            var read = await stream.ReadAsync(new byte[1], silence.Token);
            return read == 0 ? trust.HungUp() : null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
