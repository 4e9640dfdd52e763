using System.Net;
using SocialCredit.Edge.Sink.Enrolment;

namespace SocialCredit.Edge.Sink;

/// <summary>What must hold between the keys of <c>http</c> in <c>sink.yaml</c>.</summary>
internal static class HttpOptionsRules
{
    public static void Check(HttpOptions http, Action<string, string, string> fault)
    {
        if (!IPAddress.TryParse(http.Address, out _))
            fault("http.address", $"'{http.Address}' is not an IP address.", "127.0.0.1 serves this machine only, 0.0.0.0 every network.");
        if (http.Proxy is not null && !IPAddress.TryParse(http.Proxy, out _))
            fault("http.proxy", $"'{http.Proxy}' is not an IP address.", "Write the address from which the reverse proxy comes, 127.0.0.1 for one on this machine.");
        if (http.Tls is { } tls)
            CheckTls(tls, fault);
        if (http.Operators is { } operators)
            CheckOperators(operators, fault);
    }

    private static void CheckTls(HttpTlsOptions tls, Action<string, string, string> fault)
    {
        if ((tls.CertificateFile is null) != (tls.KeyFile is null))
            fault("http.tls.certificateFile", "Certificate and key come together.", "Write both files, or a name: then the sink's own authority makes both.");
        if ((tls.Name is null) == (tls.CertificateFile is null))
            fault("http.tls", "A certificate is of files or of the sink's own authority.", "Write name: sink.example, or certificateFile and keyFile.");
        if (tls.Name is { } name && !IPAddress.TryParse(name, out _) && !CertificateAuthority.IsServerName(name))
            fault("http.tls.name", $"'{name}' is neither a DNS name nor an IP address.", "DNS names are a-z, 0-9, '-' and '.'.");
    }

    private static void CheckOperators(OperatorOptions operators, Action<string, string, string> fault)
    {
        if ((operators.Authority is null) != (operators.Audience is null))
            fault("http.operators.authority", "Authority and audience come together: a token for somebody else must not count here.", "Write both, or neither: then only keys and certificates count.");
        if (operators.Authority is not { } text)
            return;
        var isAddress = Uri.TryCreate(text, UriKind.Absolute, out var authority) && authority.Scheme is "http" or "https";
        if (!isAddress)
            fault("http.operators.authority", $"'{text}' is no address.", "Write the issuer as in its tokens, such as https://login.example/realms/city.");
        else if (authority!.Scheme == "http" && !authority.IsLoopback)
            fault("http.operators.authority", $"The keys of '{text}' would be fetched in plain text, and whoever sits between could make tokens.", "Write https://.");
    }
}
