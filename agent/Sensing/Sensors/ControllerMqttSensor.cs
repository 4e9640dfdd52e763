using System.Buffers;
using System.ComponentModel.DataAnnotations;
using System.Net;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using SocialCredit.Edge.Configuration;

namespace SocialCredit.Edge.Sensing.Sensors;

/// <summary>The phase of a signal, published by its controller at a broker of the site. A change is dated when the message came.</summary>
internal sealed class ControllerMqttSensor(ControllerMqttSensor.Options options) : IController
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    public sealed record Options : ControllerOptions, IValidatableObject
    {
        public Options() => StaleSeconds = 120;

        /// <summary>The site's broker, which need not be the one that records go to.</summary>
        [Required]
        public required string Host { get; init; }

        [Range(1, 65535)]
        public int Port { get; init; } = 1883;

        /// <summary>One topic, without wildcards. What the broker has kept from before is not believed: nobody knows how old it is.</summary>
        [RegularExpression("[^#+\0]{1,256}")]
        public required string Topic { get; init; }

        public string? Username { get; init; }

        /// <summary><c>env:NAME</c> or <c>file:/path</c>.</summary>
        public Secret? Password { get; init; }

        /// <summary>Encrypted, and trusted by the system's authorities.</summary>
        public bool Tls { get; init; }

        public override (string Host, int Port) Partner => (Host, Port);

        internal override IController Create() => new ControllerMqttSensor(this);

        public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
        {
            var isLoopback = string.Equals(Host, "localhost", StringComparison.OrdinalIgnoreCase)
                || (IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address));
            if (Password is not null && !Tls && !isLoopback)
                yield return new ValidationResult("It would go to another machine in plain text. Write tls: true.", [nameof(Password)]);
        }
    }

    public async Task RunAsync(PhaseWatch watch, TimeProvider time, CancellationToken cancellationToken)
    {
        using var client = new MqttClientFactory().CreateMqttClient();
        client.ApplicationMessageReceivedAsync += received =>
        {
            var message = received.ApplicationMessage;
            if (message.Topic == options.Topic && !message.Retain)
                watch.Hear(message.Payload.ToArray(), time.GetUtcNow());
            return Task.CompletedTask;
        };
        while (!cancellationToken.IsCancellationRequested)
        {
            if (!client.IsConnected)
            {
                watch.Lose(time.GetUtcNow());
                await ConnectAsync(client, watch, cancellationToken);
            }

            watch.Check(time.GetUtcNow());
            await Task.Delay(Step, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ConnectAsync(IMqttClient client, PhaseWatch watch, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await client.ConnectAsync(ClientOptions(), cancellationToken);
            if (answer.ResultCode != MqttClientConnectResultCode.Success)
                watch.Fail($"Its broker refuses: {answer.ResultCode}.");
            else if ((await client.SubscribeAsync(options.Topic, MqttQualityOfServiceLevel.AtLeastOnce, cancellationToken)).Items
                .Any(item => item.ResultCode > MqttClientSubscribeResultCode.GrantedQoS2))
                watch.Fail($"Its broker does not let it listen to {options.Topic}.");
            else
                watch.Fail("Nothing came on its topic.");
        }
        catch (Exception failed) when (failed is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // Whatever the network, the resolver or TLS throws: the decision is the same, to say it and try again.
            watch.Fail($"Its broker is not reached: {failed.GetBaseException().Message}");
        }
        catch (OperationCanceledException)
        {
            // The agent ends.
        }
    }

    private MqttClientOptions ClientOptions()
    {
        var with = new MqttClientOptionsBuilder()
            .WithProtocolVersion(MqttProtocolVersion.V500)
            .WithTcpServer(options.Host, options.Port)
            // The broker gives one: two devices that listen to one signal must not push each other out.
            .WithClientId("")
            .WithCleanStart()
            .WithMaximumPacketSize(PhaseReader.BytesMax)
            .WithTimeout(TimeSpan.FromSeconds(5))
            .WithKeepAlivePeriod(TimeSpan.FromSeconds(10));
        if (options.Username is { } user)
            with.WithCredentials(user, options.Password?.Reveal());
        if (options.Tls)
            with.WithTlsOptions(tls => tls.UseTls());
        return with.Build();
    }
}
