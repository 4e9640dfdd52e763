using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SocialCredit.Edge.Sink.Enrolment;

namespace SocialCredit.Edge.Sink.Commands;

/// <summary><c>sink authority</c>: the sink's own certificate authority, and certificates for a broker beside it.</summary>
internal static class AuthorityCommand
{
    public static Command Create() => new("authority", "The sink's own authority: who it is, and certificates for a broker.") { Show(), Certificate() };

    private static Command Show()
    {
        var config = ConfigurationArgument.Create();
        var command = new Command("show", """
            Prints the authority's fingerprint, the pin that is in every claim code, and the key that signs commands. Makes them where there
            are none yet. Keep a copy of its folder: without it every device has to be enrolled again.
            Example: sink authority show --config sink.yaml
            """) { config };
        command.SetAction(parsed => Use(parsed, config, (keys, folder) =>
        {
            var (certificate, output) = (keys.Authority.Certificate, parsed.InvocationConfiguration.Output);
            output.WriteLine($"Authority    {certificate.Subject}");
            output.WriteLine($"Folder       {folder}");
            output.WriteLine($"SHA-256      {certificate.GetCertHashString(HashAlgorithmName.SHA256)}");
            output.WriteLine($"Pin          {keys.Authority.Pin}");
            output.WriteLine($"Until        {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd} UTC");
            output.WriteLine($"Command key  {keys.Command.KeyId}");
        }));
        return command;
    }

    private static Command Certificate()
    {
        var config = ConfigurationArgument.Create();
        var names = new Option<string[]>("--name") { Description = "A DNS name or IP address of the server; several may follow.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };
        var client = new Option<string?>("--client") { Description = "For a client of the broker that is no device, by its name: sink." };
        var folder = new Option<string>("--out") { Description = "Where the files go; those that are there are replaced.", Required = true };
        var command = new Command("certificate", """
            Certifies a server (the broker), or the sink as a client of the broker, for a year: server.pem and server-key.pem, or the client's
            name instead, and authority.pem.

            Examples:
              sink authority certificate --name broker.example 192.0.2.7 --out /etc/mosquitto/sce
              sink authority certificate --client sink --out /var/lib/sce/sink
            """) { names, client, folder, config };
        command.Validators.Add(result =>
        {
            if (result.GetValue(names) is { Length: > 0 } == result.GetValue(client) is not null)
                result.AddError("Give --name for a server or --client for a client, and not both.");
        });
        command.SetAction(parsed => Use(parsed, config, (keys, _) =>
        {
            var (target, of) = (parsed.GetRequiredValue(folder), parsed.GetValue(client) ?? "server");
            using var issued = parsed.GetValue(client) is { } name
                ? keys.Authority.IssueClient(name, CertificateAuthority.ServerLifetime)
                : keys.Authority.IssueServer(parsed.GetValue(names)!, CertificateAuthority.ServerLifetime);
            using var key = issued.GetECDsaPrivateKey()!;
            KeyFile.Replace(Path.Combine(target, $"{of}-key.pem"), key.ExportPkcs8PrivateKeyPem() + "\n", WholeFile.OwnerOnly);
            KeyFile.Replace(Path.Combine(target, $"{of}.pem"), issued.ExportCertificatePem() + "\n", WholeFile.ForAll);
            KeyFile.Replace(Path.Combine(target, CertificateAuthority.CertificateFileName), keys.Authority.Certificate.ExportCertificatePem() + "\n", WholeFile.ForAll);
            parsed.InvocationConfiguration.Output.WriteLine(
                $"{Path.Combine(target, of)}.pem, its key and {CertificateAuthority.CertificateFileName} are written; good until {issued.NotAfter.ToUniversalTime():yyyy-MM-dd} UTC.");
        }));
        return command;
    }

    private static int Use(ParseResult parsed, Option<string> config, Action<EnrolmentKeys, string> work)
    {
        if (ConfigurationArgument.Read(parsed, config) is not { } configuration)
            return 1;
        var folder = SinkConfiguration.Beside(configuration.Path, configuration.Options.Authority);
        try
        {
            using var keys = new EnrolmentKeys(folder, TimeProvider.System);
            work(keys, folder);
            return 0;
        }
        catch (Exception failure) when (failure is AuthorityException or ArgumentException or InvalidOperationException)
        {
            parsed.InvocationConfiguration.Error.WriteLine($"authority: {failure.Message}");
            return 1;
        }
    }
}
