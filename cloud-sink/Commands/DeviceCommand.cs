using System.CommandLine;
using System.Net;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Enrolment;
using SocialCredit.Edge.Sink.Storage;
using static SocialCredit.Edge.Sink.Commands.Refusal;

namespace SocialCredit.Edge.Sink.Commands;

/// <summary><c>sink device</c>: who is who. Works while the sink runs, which sees it within a second.</summary>
internal static class DeviceCommand
{
    private const int HoursMax = 24 * 30;

    public static Command Create() =>
        new("device", "Devices: invite, list, approve, revoke. A running sink sees a change within a second.") { Invite(), List(), Approve(), Revoke() };

    private static Argument<string> Device(string description) => new("device") { Description = description };

    private static Option<string[]> Zones(string description) =>
        new("--zone", "-z") { Description = description, AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };

    private static Command Invite()
    {
        var (device, config) = (Device("The device's name, as its edge.yaml has it."), ConfigurationArgument.Create());
        var zones = Zones("What it is to measure; several may follow.");
        var site = new Option<string?>("--site") { Description = "The only site that it may be of." };
        var hours = new Option<int>("--hours") { Description = "How long the code is good.", DefaultValueFactory = _ => 24 };
        hours.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > HoursMax)
                result.AddError($"--hours must be from 1 to {HoursMax}.");
        });
        var command = new Command("invite", """
            Makes a claim code, with which this one device can be enrolled, once, and prints what to type on the device. The code is told
            here and never again; the store has a hash of it.

            Examples:
              sink device invite edge-01 --zone crossing-north plaza-south
              sink device invite edge-01 --zone crossing-north --site plaza-7 --hours 2
            """) { device, zones, site, hours, config };
        command.SetAction(parsed => OpenedStore.Use(parsed, config, (configuration, store) =>
        {
            var name = parsed.GetRequiredValue(device);
            using var keys = KeysOf(configuration);
            var code = ClaimCode.Make(keys.Authority.Certificate.PublicKey.ExportSubjectPublicKeyInfo());
            var goodFor = TimeSpan.FromHours(parsed.GetValue(hours));
            var office = new DeviceOffice(configuration.Options, store, TimeProvider.System);
            if (office.Invite(name, parsed.GetValue(zones)!, parsed.GetValue(site), (code.Secret, goodFor)) is { } fault)
                return Fail(parsed, fault);
            var output = parsed.InvocationConfiguration.Output;
            output.WriteLine($"Claim code: {code}");
            output.WriteLine($"Good for {name}, once, until {TimeProvider.System.GetUtcNow() + goodFor:yyyy-MM-dd HH:mm} UTC. On the device:");
            output.WriteLine();
            output.WriteLine($"  edge enrol --sink {AddressOf(configuration.Options)} --claim {code}");
            output.WriteLine();
            output.WriteLine($"Then compare the key that it prints, and: sink device approve {name}");
            return 0;
        }));
        return command;
    }

    private static Command List()
    {
        var config = ConfigurationArgument.Create();
        var command = new Command("list", """
            Prints every device: state, key, zones, until when its certificate holds, and the end of the last window that it reported.
            Example: sink device list --config sink.yaml
            """) { config };
        command.SetAction(parsed => OpenedStore.Use(parsed, config, (_, store) =>
        {
            var last = store.Zones().GroupBy(zone => zone.Device).ToDictionary(zones => zones.Key, zones => zones.Max(zone => zone.Last.AddSeconds(zone.Seconds)));
            var output = parsed.InvocationConfiguration.Output;
            foreach (var device in store.Enrolled.All())
            {
                output.WriteLine($"{device.Device}: {Words(device.State)} since {device.Since:yyyy-MM-dd HH:mm} UTC");
                output.WriteLine($"  key          {device.KeyId ?? "none yet"}");
                output.WriteLine($"  zones        {(device.Zones.Count > 0 ? string.Join(", ", device.Zones) : "none")}{AlsoAsked(device)}");
                output.WriteLine($"  site         {device.Site ?? "any"}");
                output.WriteLine($"  certificate  {CertificateOf(store, device)}");
                output.WriteLine($"  last window  {(last.TryGetValue(device.Device, out var at) ? $"ended {at:yyyy-MM-dd HH:mm} UTC" : "none")}");
            }

            return 0;
        }));
        return command;
    }

    private static Command Approve()
    {
        var (device, config) = (Device("One that waits, or that is approved and gets other zones."), ConfigurationArgument.Create());
        var zones = Zones("What it may report, in place of what it was invited for.");
        var keyId = new Option<string?>("--key-id") { Description = "Approves this key and no other." };
        var command = new Command("approve", """
            Lets the records of a device count, for its zones, under the key that it came with. Compare that key with what edge enrol prints
            on the device; with --key-id that is done here.

            Examples:
              sink device approve edge-01
              sink device approve edge-01 --zone crossing-north --key-id 3q2-7wXk...
            """) { device, zones, keyId, config };
        command.SetAction(parsed => OpenedStore.Use(parsed, config, (configuration, store) =>
        {
            var office = new DeviceOffice(configuration.Options, store, TimeProvider.System);
            var (approved, fault) = office.Approve(parsed.GetRequiredValue(device), parsed.GetValue(zones)!, parsed.GetValue(keyId));
            if (approved is null)
                return Fail(parsed, fault);
            var output = parsed.InvocationConfiguration.Output;
            output.WriteLine($"{approved.Device} is approved for {string.Join(", ", approved.Zones)}.");
            output.WriteLine($"Key: {approved.KeyId}");
            if (parsed.GetValue(keyId) is null)
                output.WriteLine($"Compare it with what edge enrol prints on the device. If it is another: sink device revoke {approved.Device}");
            if (approved.AskedZones.Except(approved.Zones).ToList() is { Count: > 0 } missing)
                output.WriteLine($"Its configuration also names {string.Join(", ", missing)}; records of those wait in its outbox.");
            return 0;
        }));
        return command;
    }

    private static Command Revoke()
    {
        var (device, config) = (Device("The device that was lost, stolen or taken down."), ConfigurationArgument.Create());
        var command = new Command("revoke", """
            From now on nothing of a device counts and its certificate is refused. What it sent before stays. Only another invitation begins anew.
            Example: sink device revoke edge-01 --config sink.yaml
            """) { device, config };
        command.SetAction(parsed => OpenedStore.Use(parsed, config, (configuration, store) =>
        {
            var name = parsed.GetRequiredValue(device);
            if (new DeviceOffice(configuration.Options, store, TimeProvider.System).Revoke(name) is { } fault)
                return Fail(parsed, fault);
            parsed.InvocationConfiguration.Output.WriteLine($"{name} is revoked. To let it in again, with another key: sink device invite {name}");
            return 0;
        }));
        return command;
    }

    private static EnrolmentKeys KeysOf(SinkConfiguration configuration) =>
        new(SinkConfiguration.Beside(configuration.Path, configuration.Options.Authority), TimeProvider.System);

    private static string Words(DeviceState state) => state switch
    {
        DeviceState.Invited => "invited",
        DeviceState.Waiting => "waits to be approved",
        DeviceState.Approved => "approved",
        _ => "revoked",
    };

    private static string AlsoAsked(EnrolledDevice device) =>
        device.AskedZones.Except(device.Zones).ToList() is { Count: > 0 } more ? $" (asks for {string.Join(", ", more)}, too)" : "";

    private static string CertificateOf(IEventStore store, EnrolledDevice device) => store.Enrolled.NewestCertificate(device.Device) switch
    {
        null => "none",
        { RevokedAt: { } at } => $"revoked {at:yyyy-MM-dd HH:mm} UTC",
        var certificate => $"until {certificate.NotAfter:yyyy-MM-dd HH:mm} UTC",
    };

    private static string AddressOf(SinkOptions options)
    {
        if (options.Enrolment is { } enrolment)
            return $"https://{(IPAddress.TryParse(enrolment.Names[0], out var address) && address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{address}]" : enrolment.Names[0])}:{enrolment.Port}";
        return IPAddress.TryParse(options.Http.Address, out var http) && IPAddress.IsLoopback(http)
            ? $"http://127.0.0.1:{options.Http.Port}"
            : "https://SINK:8443";
    }
}
