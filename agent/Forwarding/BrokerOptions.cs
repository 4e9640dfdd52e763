using System.ComponentModel.DataAnnotations;
using System.Net;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Forwarding;

/// <summary>The broker and how this device presents itself to it.</summary>
public sealed record BrokerOptions
{
    /// <summary>The device's name, which is its MQTT client id: no two agents may share one.</summary>
    [Required]
    public required string Device { get; init; }

    [Required]
    public string Host { get; init; } = "localhost";

    [Range(1, 65535)]
    public int Port { get; init; } = 1883;

    public string? User { get; init; }

    /// <summary>Asked for at every connection, so that a changed secret needs no restart. Never a value in a file of ours.</summary>
    public Func<string?>? Password { get; init; }

    /// <summary>Null is plain text, which only a broker on this machine is given.</summary>
    public BrokerTls? Tls { get; init; }

    /// <summary>Plain text to another machine all the same: for a laboratory, and said so at every start.</summary>
    public bool AllowPlainText { get; init; }

    /// <summary>The broker runs on this machine.</summary>
    public bool IsLoopback =>
        string.Equals(Host, "localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address));

    /// <summary>What is wrong with these options and what to do about it, or null.</summary>
    public string? Problem()
    {
        if (!Names.IsValid(Device))
            return $"The device name '{Device}' must be 3 to 32 of a-z, 0-9 and '-'.";
        if (Uri.CheckHostName(Host) == UriHostNameType.Unknown || Port is < 1 or > 65535)
            return $"The broker '{Host}:{Port}' must be a host name and a port from 1 to 65535.";
        if (Tls is null && !IsLoopback && !AllowPlainText)
            return $"The broker {Host} is another machine and would be spoken to in plain text. Configure TLS for it, "
                + "or use a broker on localhost.";
        if (Tls?.CaFile is { } ca && !File.Exists(ca))
            return $"The CA file {ca} of the broker {Host} does not exist.";
        return null;
    }
}

/// <summary>How the broker proves who it is. The device's own certificate will stand here too, once devices are enrolled.</summary>
public sealed record BrokerTls
{
    /// <summary>PEM file of the authority that signed the broker's certificate; null trusts the system's authorities.</summary>
    public string? CaFile { get; init; }
}
