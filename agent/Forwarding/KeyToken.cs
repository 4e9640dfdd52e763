using System.ComponentModel.DataAnnotations;

namespace SocialCredit.Edge.Forwarding;

/// <summary>Where the device's key is, if not in a file: a token or a TPM, which signs and does not give it away. Reached by OpenSSL.</summary>
public sealed record KeyToken
{
    /// <summary>OpenSSL's engine (<c>pkcs11</c>, Debian's libengine-pkcs11-openssl) or provider (<c>tpm2</c>, Debian's tpm2-openssl).</summary>
    [Required]
    public required string Module { get; init; }

    /// <summary>It is a provider, not an engine.</summary>
    public bool IsProvider { get; init; }

    /// <summary>Which key: <c>pkcs11:token=edge;object=device</c> (RFC 7512), <c>handle:0x81000001</c>.</summary>
    [Required]
    public required string Address { get; init; }

    /// <summary>What opens the token; never a value in a file of ours.</summary>
    public Func<string?>? Pin { get; init; }
}
