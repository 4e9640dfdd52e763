using System.CommandLine;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Forwarding;
using SocialCredit.Edge.Host.Configuration;
using SocialCredit.Edge.Host.Enrolling;

namespace SocialCredit.Edge.Host.Commands;

/// <summary><c>edge enrol</c>: makes the device's key, asks a sink for its certificate and waits until an operator has approved it.</summary>
internal static class EnrolCommand
{
    public static Command Create()
    {
        var config = CommonOptions.Config();
        var sink = new Option<string>("--sink") { Description = "Where the sink enrols devices.", Required = true };
        sink.Validators.Add(result =>
        {
            var isUri = Uri.TryCreate(result.GetValueOrDefault<string>(), UriKind.Absolute, out var address);
            if ((isUri ? SinkLink.ProblemOf(address!) : "--sink is not the address of a sink. Write it as https://sink.example:8443.") is { } problem)
                result.AddError(problem);
        });
        var claim = new Option<string?>("--claim") { Description = "The code that the operator handed out; without it, it is read from standard input." };
        claim.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } typed && !ClaimCode.TryParse(typed, out _))
                result.AddError(Mistyped);
        });
        var wait = new Option<int>("--wait-minutes") { Description = "How long to wait for the operator, from 1 to 10080.", DefaultValueFactory = _ => 30 };
        wait.Validators.Add(result =>
        {
            if (result.Tokens is [var typed] && (!int.TryParse(typed.Value, out var minutes) || minutes is < 1 or > 10080))
                result.AddError("--wait-minutes must be from 1 to 10080.");
        });
        var newKey = new Option<bool>("--new-key") { Description = "Begin anew with another key, as after a revocation because the old one may be known to others." };
        var command = new Command("enrol", """
            Enrols this device with a sink: makes its key if there is none, checks that the sink is the one that the code names before it is
            told anything, asks for a certificate for the zones of the configuration and waits until an operator has approved it. The
            agent renews the certificate by itself from then on. Once more does no harm; after `sink device revoke` a new code is needed.

            Examples:
              edge enrol --sink https://sink.example:8443 --claim 7K3M-0000-1111-2222-3333-4444-5555-6666
              edge enrol --sink https://sink.example:8443 --config /etc/socialcredit-edge/edge.yaml < code.txt
            """)
        { sink, claim, config, wait, newKey };
        command.SetAction((parsed, cancellationToken) => EnrolAsync(
            parsed.GetRequiredValue(config),
            (new Uri(parsed.GetRequiredValue(sink)), parsed.GetValue(claim), parsed.GetValue(newKey)),
            TimeSpan.FromMinutes(parsed.GetValue(wait)),
            cancellationToken));
        return command;
    }

    private const string Mistyped = "The code is mistyped: it has 32 letters and digits in eight groups, and the last two check the others. Compare it with what the operator wrote.";

    private static async Task<int> EnrolAsync(string path, (Uri Sink, string? Claim, bool NewKey) asked, TimeSpan patience, CancellationToken cancellationToken)
    {
        if (AgentConfiguration.Load(path, out var faults) is not { } configuration)
            return Refuse.With(faults);
        if (!ClaimCode.TryParse(asked.Claim ?? await Console.In.ReadLineAsync(cancellationToken), out var claim))
            return Refuse.With(Mistyped);
        var state = configuration.State;
        if (asked.NewKey && configuration.Options.Key is not null)
            return Refuse.With("The device's key is in a token: make another one there, and name it in edge.yaml.");
        if (asked.NewKey)
        {
            DeviceKey.OpenOrMakeNext(state).Dispose();
            DeviceKey.PutNextInForce(state);
        }

        using var key = configuration.OpenKey();
        Console.WriteLine($"Key id of {configuration.Options.Device}: {key.Id}");
        var desk = new CertificateDesk(configuration.Options, state, TimeProvider.System);
        using var until = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        until.CancelAfter(patience);
        try
        {
            var enrolled = await new DeviceEnrolment(desk, TimeProvider.System, Console.WriteLine).RunAsync(asked.Sink, claim, key, until.Token);
            return Tell(configuration.Options, state, enrolled);
        }
        catch (SinkException refused) when (IsEnrolledThere(state, asked.Sink) && refused.Trouble == SinkTrouble.NotUnderstood)
        {
            return await TellIfEnrolledBeforeAsync(desk, state, (refused, key), cancellationToken);
        }
        catch (SinkException refused)
        {
            return Refuse.With(refused.Message);
        }
        catch (OperationCanceledException)
        {
            return Refuse.With($"Nobody approved this device within {patience.TotalMinutes:0} min. The request stays with the sink: run the same again once it is approved.");
        }
    }

    private static bool IsEnrolledThere(string state, Uri sink) => EnrolledSink.Find(state) is { } enrolled && enrolled.Sink == sink;

    /// <summary>A code is good for once. Whoever types it again into a device that it has enrolled has done nothing wrong.</summary>
    private static async Task<int> TellIfEnrolledBeforeAsync(CertificateDesk desk, string state, (SinkException Refused, DeviceKey Key) by, CancellationToken cancellationToken)
    {
        try
        {
            if ((await desk.RenewAsync(EnrolledSink.Find(state)!, by.Key, cancellationToken)).Status != EnrolmentStatus.Approved)
                return Refuse.With(by.Refused.Message);
        }
        catch (SinkException)
        {
            return Refuse.With(by.Refused.Message);
        }

        Console.WriteLine("This device was enrolled with this sink before, and still is; its certificate was renewed.");
        return 0;
    }

    private static int Tell(AgentOptions options, string state, EnrolledSink enrolled)
    {
        Console.WriteLine($"Enrolled. The certificate is valid until {DeviceCertificate.Find(state)?.Until:yyyy-MM-dd HH:mm}Z; the agent renews it by itself.");
        var zones = options.Cameras.SelectMany(camera => camera.Zones).Select(zone => zone.Name).Except(enrolled.Zones).ToList();
        if (zones.Count > 0)
            Console.WriteLine($"Not approved for this device: {string.Join(", ", zones)}. The sink takes no record of them until an operator approves them: sink device approve {options.Device} --zone ...");
        var isOtherBroker = enrolled.BrokerHost is { } host && (host != options.Broker.Host || enrolled.BrokerPort != options.Broker.Port);
        if (isOtherBroker || options.Broker.Tls is null)
        {
            var broker = (Host: enrolled.BrokerHost ?? options.Broker.Host, Port: enrolled.BrokerHost is null ? options.Broker.Port : enrolled.BrokerPort ?? 8883);
            Console.WriteLine($"Next: write into edge.yaml\n  broker: {{host: {broker.Host}, port: {broker.Port}, tls: {{}}}}\nand start the agent: edge run");
            return 0;
        }

        Console.WriteLine("Next: start the agent, edge run; edge check says how it stands.");
        return 0;
    }
}
