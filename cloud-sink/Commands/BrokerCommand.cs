using System.CommandLine;
using System.Net;
using SocialCredit.Edge.Sink.Enrolment;
using SocialCredit.Edge.Sink.Ingestion;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Commands;

/// <summary><c>sink broker files</c>: writes the folder out of which a mosquitto runs for the devices of this sink.</summary>
internal static class BrokerCommand
{
    public static Command Create() => new("broker", "A broker other than the embedded one.") { Files() };

    private static Command Files()
    {
        var config = ConfigurationArgument.Create();
        var folder = new Option<string>("--out") { Description = "The folder, best of the sink's user and of mosquitto's group with mode 2750.", Required = true };
        var names = new Option<string[]>("--name")
        {
            Description = "A name or IP address under which devices and sink reach the broker; may be given again.",
            Required = true,
            AllowMultipleArgumentsPerToken = false,
        };
        var port = new Option<int>("--port") { Description = "TCP port for TLS.", DefaultValueFactory = _ => BrokerTls.UsualPort };
        var data = new Option<string>("--data") { Description = "Where mosquitto keeps sessions and messages.", DefaultValueFactory = _ => "/var/lib/mosquitto" };
        var pidFile = new Option<string>("--pid-file") { Description = "Where mosquitto writes its number.", DefaultValueFactory = _ => "/run/mosquitto/mosquitto.pid" };
        var command = new Command("files", """
            Writes mosquitto.conf (TLS 1.3, certificates on both sides), the rights of the sink and of every approved device, the authority,
            the broker's certificate and the list of revoked ones. A mosquitto.conf that is there already stays. The running sink keeps the
            rest up to date, with the lines that this prints in sink.yaml.

            Examples:
              sink broker files --out /etc/mosquitto/sce --name broker.example
              sink broker files --out ./broker --name broker.example --name 192.0.2.5 --port 8883 --config sink.yaml
            """) { config, folder, names, port, data, pidFile };
        command.SetAction(parsed =>
        {
            var wanted = new Wanted(
                parsed.GetRequiredValue(folder), parsed.GetRequiredValue(names), parsed.GetValue(port),
                (Path.GetFullPath(parsed.GetRequiredValue(data)), Path.GetFullPath(parsed.GetRequiredValue(pidFile))));
            return Fault(wanted) is { } fault
                ? Fail(parsed.InvocationConfiguration, fault)
                : OpenedStore.Use(parsed, config, (configuration, store) => Write(configuration, store, wanted, parsed.InvocationConfiguration));
        });
        return command;
    }

    private static string? Fault(Wanted wanted)
    {
        if (wanted.Names.FirstOrDefault(name => !IPAddress.TryParse(name, out _) && !CertificateAuthority.IsServerName(name)) is { } bad)
            return $"--name: '{bad}' is neither a DNS name nor an IP address. DNS names are a-z, 0-9, '-' and '.'.";
        return wanted.Port is < 1 or > ushort.MaxValue ? $"--port: {wanted.Port} is out of range. 8883 is usual." : null;
    }

    private static int Write(SinkConfiguration configuration, IEventStore store, Wanted wanted, InvocationConfiguration streams)
    {
        using var keys = new EnrolmentKeys(SinkConfiguration.Beside(configuration.Path, configuration.Options.Authority), TimeProvider.System);
        var files = new MosquittoFiles(wanted.Folder, keys.Authority, TimeProvider.System);
        try
        {
            var isNew = files.Begin(wanted.Names, wanted.Port, wanted.Places.Data, wanted.Places.PidFile);
            var rolls = new BrokerRolls(new LiveConfiguration(configuration), new DeviceBook(store), store, TimeProvider.System);
            files.Refresh(rolls.Read(), configuration.Options.Broker.ClientId);
            Explain(files, isNew, wanted, streams.Output);
            return 0;
        }
        catch (Exception failed) when (failed is (IOException and not AuthorityException) or UnauthorizedAccessException)
        {
            return Fail(streams, $"--out {wanted.Folder}: {failed.Message}");
        }
    }

    private static void Explain(MosquittoFiles files, bool isNew, Wanted wanted, TextWriter output)
    {
        var configurationFile = Path.Combine(files.Folder, MosquittoFiles.ConfigurationName);
        output.WriteLine(isNew
            ? $"Wrote {configurationFile} and what it needs."
            : $"{configurationFile} was there and stays; delete it to have it written anew. The other files are new.");
        output.WriteLine($"""

            In sink.yaml:
              broker:
                embedded: false
                host: {wanted.Names[0]}
                port: {wanted.Port}
                tls: {"{}"}
                mosquitto: {"{"}folder: {files.Folder}, pidFile: {wanted.Places.PidFile}{"}"}

            Then run: mosquitto -c {configurationFile}
            """);
    }

    private static int Fail(InvocationConfiguration streams, string message)
    {
        streams.Error.WriteLine(message);
        return 1;
    }

    private sealed record Wanted(string Folder, string[] Names, int Port, (string Data, string PidFile) Places);
}
