using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Enrolment;

namespace SocialCredit.Edge.Sink.Ingestion;

/// <summary>
/// The folder out of which a mosquitto runs for this sink: its configuration, the authority, its certificate, who may write and read
/// what, and which certificates are revoked. Files are replaced whole: mosquitto may read them at any moment.
/// </summary>
internal sealed class MosquittoFiles(string folder, CertificateAuthority authority, TimeProvider time)
{
    public const string ConfigurationName = "mosquitto.conf", AccessName = "acl", AuthorityName = "ca.pem", ServerName = "server.pem", RevokedName = "crl.pem";

    // mosquitto refuses everybody once its list of revoked certificates is out of date. It is written anew each month; a sink that was
    // away for longer must not find its broker shut.
    private static readonly TimeSpan RevokedLifetime = TimeSpan.FromDays(400);

    public string Folder { get; } = Path.GetFullPath(folder);

    /// <summary>How many files were written; more than before means that mosquitto has to be told, also where a later one failed.</summary>
    public int Written { get; private set; }

    /// <summary>Writes what is missing of a new folder; a configuration that is there already stays as its owner left it.</summary>
    /// <param name="names">DNS names and IP addresses under which the broker is reached.</param>
    /// <param name="port">TCP, for TLS.</param>
    /// <param name="data">The folder in which mosquitto keeps sessions and messages.</param>
    /// <param name="pidFile">Where mosquitto writes its number.</param>
    /// <returns>False if a configuration was there.</returns>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">As before.</exception>
    public bool Begin(IReadOnlyList<string> names, int port, string data, string pidFile)
    {
        Directory.CreateDirectory(Folder);
        Replace(AuthorityName, authority.Certificate.ExportCertificatePem() + "\n", WholeFile.ForAll);
        IssueServer(names);
        if (File.Exists(PathOf(ConfigurationName)))
            return false;
        Replace(ConfigurationName, Configuration(port, data, pidFile), WholeFile.ForAll);
        return true;
    }

    /// <summary>Writes who may do what and which certificates are revoked; the server's certificate too, once it is due.</summary>
    /// <param name="roll">Who may use the broker.</param>
    /// <param name="sink">The sink's user.</param>
    /// <returns>True if something changed, which mosquitto has to be told.</returns>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">As before.</exception>
    public bool Refresh(BrokerRoll roll, string sink)
    {
        // Each for itself: all three, whatever the first found.
        var changed = RefreshRevoked(roll.RevokedCertificates);
        changed |= ReplaceIfOther(AccessName, Access(roll, sink));
        changed |= RenewServer();
        return changed;
    }

    /// <summary>The file of rights, in the form of mosquitto.conf(5), <c>acl_file</c>: what no line allows is refused.</summary>
    public static string Access(BrokerRoll roll, string sink)
    {
        var text = new StringBuilder("# Written by the sink, from its register of devices. Whatever is changed here is written over.\n");
        text.AppendLine(CultureInfo.InvariantCulture, $"user {Checked(sink)}");
        foreach (var topic in DeviceRights.Writes("+"))
            text.AppendLine(CultureInfo.InvariantCulture, $"topic read {topic}");
        foreach (var topic in new[] { Topics.Received("+"), Topics.Command("+"), Topics.ActivePolicy, Topics.PublicScore("+") })
            text.AppendLine(CultureInfo.InvariantCulture, $"topic write {topic}");
        if (roll.Discovery is { } discovery)
            text.AppendLine(CultureInfo.InvariantCulture, $"topic write {discovery.Prefix}/#");
        if (roll.Discovery is { User: { } reader })
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"\nuser {Checked(reader)}");
            foreach (var topic in roll.Discovery.Reads.Append(DeviceRights.PublicFilter))
                text.AppendLine(CultureInfo.InvariantCulture, $"topic read {topic}");
        }

        foreach (var device in roll.KeyIds.Keys.Where(device => device != sink && device != roll.Discovery?.User).Order(StringComparer.Ordinal))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"\nuser {Checked(device)}");
            foreach (var topic in DeviceRights.Writes(device))
                text.AppendLine(CultureInfo.InvariantCulture, $"topic write {topic}");
            foreach (var topic in DeviceRights.Reads(device).Append(DeviceRights.PublicFilter))
                text.AppendLine(CultureInfo.InvariantCulture, $"topic read {topic}");
        }

        return text.ToString();
    }

    private static string Checked(string name) =>
        Names.IsValid(name) ? name : throw new ArgumentException("A user of the broker must be a name, or it could write lines of its own.", nameof(name));

    private bool RefreshRevoked(IReadOnlyList<RevokedCertificate> revoked)
    {
        // Each list is signed anew and so differs from the last; this line, which no reader of PEM minds, tells whether it has to be.
        var digest = SHA256.HashData(Encoding.ASCII.GetBytes(string.Join('\n', revoked.Select(one => one.SerialNumber).Order(StringComparer.Ordinal))));
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"Written by the sink in {time.GetUtcNow():yyyy-MM}: {revoked.Count} revoked certificates, {Convert.ToHexStringLower(digest.AsSpan(0, 16))}, of {authority.Pin}");
        if (File.Exists(PathOf(RevokedName)) && File.ReadLines(PathOf(RevokedName)).FirstOrDefault() == head)
            return false;
        var list = authority.RevocationList(revoked.Select(one => (Convert.FromHexString(one.SerialNumber), one.Since)), RevokedLifetime);
        Replace(RevokedName, $"{head}\n{PemEncoding.WriteString("X509 CRL", list)}\n", WholeFile.ForAll);
        return true;
    }

    /// <summary>Makes the server's certificate again, for the same names, once it is due; a missing one is not made: nobody knows the names.</summary>
    private bool RenewServer()
    {
        if (!File.Exists(PathOf(ServerName)))
            return false;
        try
        {
            using var current = X509Certificate2.CreateFromPem(File.ReadAllText(PathOf(ServerName)));
            if (!RenewedCertificate.IsDue(current, time.GetUtcNow()))
                return false;
            var alternatives = current.Extensions.OfType<X509SubjectAlternativeNameExtension>().ToList();
            IssueServer([.. alternatives.SelectMany(names => names.EnumerateDnsNames()), .. alternatives.SelectMany(names => names.EnumerateIPAddresses()).Select(ip => ip.ToString())]);
            return true;
        }
        catch (Exception unusable) when (unusable is CryptographicException or ArgumentException)
        {
            // A broker's file that is damaged, or was made elsewhere, is no reason to take no records.
            throw new IOException($"{PathOf(ServerName)} cannot be made again: {unusable.Message} Run sink broker files.", unusable);
        }
    }

    // Key and certificate in one file: of two, mosquitto could read a new one beside an old one, and end.
    private void IssueServer(IReadOnlyList<string> names)
    {
        using var certificate = authority.IssueServer(names, CertificateAuthority.ServerLifetime);
        using var key = certificate.GetECDsaPrivateKey()!;

        // The group of the folder is mosquitto's, see deploy/mosquitto/README.md.
        Replace(ServerName, $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n", WholeFile.ForGroup);
    }

    private string Configuration(int port, string data, string pidFile) => $"""
        # A mosquitto for the devices of a sink. Written by: sink broker files. This file is yours: it is not written over.
        # The running sink keeps {AccessName}, {RevokedName} and {ServerName} beside it up to date (sink.yaml: broker.mosquitto).
        per_listener_settings true
        pid_file {pidFile}
        log_dest stderr
        log_type error
        log_type warning
        log_type notice
        connection_messages true

        # Sessions and messages outlive a new start. A device keeps what the sink has not confirmed, so no message hangs on this.
        persistence true
        persistence_location {data.TrimEnd('/')}/
        autosave_interval 60
        persistent_client_expiration 8d

        max_packet_size {BrokerListener.PacketBytesMax}
        max_inflight_messages 0
        max_queued_messages 100000
        max_queued_bytes 268435456
        max_keepalive {BrokerListener.SilenceMax.TotalSeconds:0}
        sys_interval 0

        # The only listener: TLS 1.3, and nobody without a certificate of the sink's authority. Its name is the user, and the client id
        # too, so that no device can push another one out.
        listener {port}
        max_connections {BrokerListener.DefaultConnectionsMax}
        allow_anonymous false
        tls_version tlsv1.3
        cafile {PathOf(AuthorityName)}
        certfile {PathOf(ServerName)}
        keyfile {PathOf(ServerName)}
        crlfile {PathOf(RevokedName)}
        require_certificate true
        use_identity_as_username true
        use_username_as_clientid true
        acl_file {PathOf(AccessName)}

        """;

    private string PathOf(string name) => Path.Combine(Folder, name);

    private bool ReplaceIfOther(string name, string text)
    {
        if (File.Exists(PathOf(name)) && File.ReadAllText(PathOf(name)) == text)
            return false;
        // For everybody to read: a mosquitto that may not read its rights again, at the signal, takes it that there are none to keep.
        Replace(name, text, WholeFile.ForAll);
        return true;
    }

    private void Replace(string name, string text, UnixFileMode mode)
    {
        WholeFile.Write(PathOf(name), text, mode, overwrite: true);
        Written++;
    }
}
