using System.ComponentModel.DataAnnotations;
using System.Net;
using SocialCredit.Edge.Configuration;

namespace SocialCredit.Edge.Sink;

/// <summary>The MQTT broker: our own inside this process, or another.</summary>
public sealed record BrokerOptions
{
    /// <summary>Runs a broker inside this process, on loopback; with <c>tls</c> also for devices on the network.</summary>
    public bool Embedded { get; init; } = true;

    [MinLength(1)]
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>0 takes any free port, for the embedded broker only.</summary>
    [Range(0, 65535)]
    public int Port { get; init; } = 1883;

    /// <summary>One of its own for each sink: the broker keeps the session, and so the messages, under this name.</summary>
    [MinLength(1)]
    public string ClientId { get; init; } = "sink";

    public string? Username { get; init; }

    /// <summary>By reference only: <c>env:NAME</c> or <c>file:/path</c>.</summary>
    public Secret? Password { get; init; }

    /// <summary>TLS 1.3 with certificates on both sides. Another broker than one on this machine is not spoken to without it.</summary>
    public BrokerTls? Tls { get; init; }

    /// <summary>Plain text to another machine all the same: for a laboratory, and said so at every start.</summary>
    public bool AllowPlainText { get; init; }

    /// <summary>
    /// Shares the devices' records with other sinks of the group <c>sink</c>. On a broker that lets every client join any group, as
    /// mosquitto does, a device could join it and swallow records: left out, it is true without and false with <c>tls</c>. Written down as
    /// true, there are several sinks on one PostgreSQL, each with a <c>clientId</c> of its own: <c>sink</c>, <c>sink-2</c>; what the broker
    /// gave one that does not come back within a minute comes again from the devices.
    /// </summary>
    public bool? Shared { get; init; }

    /// <summary>The files of a mosquitto that this sink keeps up to date; see <c>sink broker files</c>.</summary>
    public MosquittoOptions? Mosquitto { get; init; }

    /// <summary>The broker runs on this machine.</summary>
    internal bool IsLoopback =>
        string.Equals(Host, "localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address));
}

/// <summary>
/// For another broker: whom the sink trusts and as whom it comes; without files, its own authority is both. For the embedded one:
/// where it listens for devices; they have certificates of the sink's authority.
/// </summary>
public sealed record BrokerTls
{
    internal const int UsualPort = 8883;

    /// <summary>PEM file of the authority that signed the broker's certificate, from the folder of the configuration.</summary>
    [MinLength(1)]
    public string? CaFile { get; init; }

    /// <summary>PEM file of the sink's certificate, from the folder of the configuration; read again at every connection.</summary>
    [MinLength(1)]
    public string? CertificateFile { get; init; }

    /// <summary>PEM file of its key, for its owner alone.</summary>
    [MinLength(1)]
    public string? KeyFile { get; init; }

    /// <summary>Where the embedded broker listens for devices; 0.0.0.0 unless given.</summary>
    [MinLength(1)]
    public string? Address { get; init; }

    /// <summary>8883 unless given; 0 takes any free port.</summary>
    [Range(0, 65535)]
    public int? Port { get; init; }

    /// <summary>The names and addresses under which devices reach the embedded broker; its certificate is made for these.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    // By what is in it: two readings of one file are the same.
    public bool Equals(BrokerTls? other) =>
        other is not null && (CaFile, CertificateFile, KeyFile, Address, Port) == (other.CaFile, other.CertificateFile, other.KeyFile, other.Address, other.Port)
        && Names.SequenceEqual(other.Names);

    public override int GetHashCode() => HashCode.Combine(CaFile, CertificateFile, KeyFile, Address, Port, Names.Count);
}

/// <summary>A mosquitto that takes its rights and its list of revoked certificates from this sink.</summary>
public sealed record MosquittoOptions
{
    /// <summary>The folder that <c>sink broker files</c> wrote, from the folder of the configuration.</summary>
    [Required, MinLength(1)]
    public required string Folder { get; init; }

    /// <summary>
    /// The file in which mosquitto writes its number. The process is told to read its files again (SIGHUP) when they have changed. Left
    /// out, something else tells it: the units in <c>deploy/mosquitto</c>, for one.
    /// </summary>
    [MinLength(1)]
    public string? PidFile { get; init; }
}
