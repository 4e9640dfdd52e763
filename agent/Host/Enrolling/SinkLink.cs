using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Host.Watching;

namespace SocialCredit.Edge.Host.Enrolling;

/// <summary>
/// Asks a sink for a certificate: TLS 1.3, the sink's own authority and no other. Where only the authority's pin is known, the
/// authority itself is asked for first, and nothing is told to a sink that has not shown the right one.
/// </summary>
internal sealed class SinkLink : IDisposable
{
    /// <summary>Where the sink shows its authority, PEM.</summary>
    public const string AuthorityPath = "/api/authority";

    private const int AnswerBytesMax = 64 * 1024;

    private readonly HttpClient _client;
    private readonly TimeProvider _time;
    private readonly bool _isPinned;
    private string? _refusal;

    /// <param name="sink">See <see cref="ProblemOf"/>.</param>
    /// <param name="authority">The sink's; null if it is to be asked for.</param>
    /// <param name="time">Against which certificates are held.</param>
    public SinkLink(Uri sink, X509Certificate2? authority, TimeProvider time)
    {
        if (ProblemOf(sink) is { } problem)
            throw new ArgumentException(problem, nameof(sink));
        (Sink, _time, _isPinned) = (sink, time, authority is not null);
        var tls = new SslClientAuthenticationOptions
        {
            EnabledSslProtocols = SslProtocols.Tls13,
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) => authority is null || IsTrusted(certificate, chain, errors),
        };
        if (authority is not null)
            tls.CertificateChainPolicy = PolicyOf(authority, time);
        _client = new HttpClient(new SocketsHttpHandler
        {
            SslOptions = tls,
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(10),
        })
        {
            BaseAddress = sink,
            Timeout = TimeSpan.FromSeconds(20),
            MaxResponseContentBufferSize = AnswerBytesMax,
        };
    }

    public Uri Sink { get; }

    /// <summary>By how much this device's clock is ahead of the sink's by its last answer, to a second or two; null where it did not say.</summary>
    public TimeSpan? ClockAhead { get; private set; }

    /// <summary>Asks for nothing but the sink's time.</summary>
    /// <exception cref="SinkException">No answer was got, or one without a time.</exception>
    public async Task<TimeSpan> ClockAheadAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, AuthorityPath);
        await SendAsync(request, cancellationToken);
        return ClockAhead ?? throw new SinkException(SinkTrouble.NotUnderstood, $"{Sink} does not say what time it is");
    }

    /// <summary>What is wrong with an address and what to do, or null.</summary>
    public static string? ProblemOf(Uri sink)
    {
        var isHttps = sink.IsAbsoluteUri && sink.Scheme == Uri.UriSchemeHttps;
        var isPlain = sink.IsAbsoluteUri && sink.Scheme == Uri.UriSchemeHttp;
        if (!isHttps && !isPlain)
            return $"'{sink}' is not the address of a sink. Write it as https://sink.example:8443.";
        return isPlain && !sink.IsLoopback
            ? $"{sink} is another machine and would be asked in plain text. Write https:// with the port of the sink's enrolment."
            : null;
    }

    /// <summary>The sink's authority, if it is the one that the claim code names.</summary>
    /// <exception cref="SinkException">It is another, or none was got.</exception>
    public async Task<X509Certificate2> AuthorityAsync(ClaimCode claim, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, AuthorityPath);
        var (status, body) = await SendAsync(request, cancellationToken);
        X509Certificate2 authority;
        try
        {
            var text = Encoding.UTF8.GetString(body);
            authority = text.StartsWith("-----BEGIN", StringComparison.Ordinal) ? X509Certificate2.CreateFromPem(text) : X509CertificateLoader.LoadCertificate(body);
        }
        catch (CryptographicException)
        {
            throw new SinkException(SinkTrouble.NotUnderstood, $"{Sink} shows no authority (HTTP {status}): is it the address of the sink's enrolment?");
        }

        if (ClaimCode.PinOf(authority.PublicKey.ExportSubjectPublicKeyInfo()) == claim.Pin)
            return authority;
        authority.Dispose();
        throw new SinkException(
            SinkTrouble.Untrusted,
            $"{Sink} has another authority than the one that the code names. Either it is not the sink that the code is from, or somebody stands "
            + "between this device and the sink. Nothing was told to it. Compare the address with what the operator wrote.");
    }

    /// <summary>Asks for a certificate, once.</summary>
    /// <exception cref="SinkException">No answer was got, or none that can be understood.</exception>
    public async Task<EnrolmentAnswer> AskAsync(EnrolmentRequest asked, CancellationToken cancellationToken)
    {
        if (!_isPinned && Sink.Scheme == Uri.UriSchemeHttps)
            throw new InvalidOperationException("The sink's authority must be known before it is told anything.");
        using var request = new HttpRequestMessage(HttpMethod.Post, EnrolmentRequest.Path) { Content = new ByteArrayContent(asked.Encode()) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var (status, body) = await SendAsync(request, cancellationToken);
        if (EnrolmentAnswer.TryDecode(body) is { } answer)
            return answer with { Reason = answer.Reason is { } reason ? ExplainedRange.Plain(reason) : null };
        throw status switch
        {
            429 or >= 500 => new SinkException(SinkTrouble.Unreachable, $"{Sink} asks for patience (HTTP {status})"),
            _ => new SinkException(SinkTrouble.NotUnderstood, $"{Sink} gives an answer that is none to this question (HTTP {status}): is it the address of the sink's enrolment?"),
        };
    }

    public void Dispose() => _client.Dispose();

    /// <summary>This authority and no other; there are no lists of revoked servers.</summary>
    public static X509ChainPolicy PolicyOf(X509Certificate2 authority, TimeProvider time)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            VerificationTime = time.GetUtcNow().LocalDateTime,
            VerificationTimeIgnored = false,
        };
        policy.CustomTrustStore.Add(authority);
        return policy;
    }

    private async Task<(int Status, byte[] Body)> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _client.SendAsync(request, cancellationToken);
            if (response.Headers.Date is { } date)
                ClockAhead = _time.GetUtcNow() - date;
            return ((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellationToken));
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException)
        {
            throw _refusal is { } refusal
                ? new SinkException(SinkTrouble.Untrusted, refusal)
                : new SinkException(SinkTrouble.Unreachable, $"{Sink} cannot be reached: {failed.GetBaseException().Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SinkException(SinkTrouble.Unreachable, $"{Sink} did not answer within {_client.Timeout.TotalSeconds:0} s");
        }
    }

    private bool IsTrusted(X509Certificate? offered, X509Chain? chain, SslPolicyErrors errors)
    {
        _refusal = errors == SslPolicyErrors.None ? null : Judge(offered, chain, errors);
        return _refusal is null;
    }

    private string Judge(X509Certificate? offered, X509Chain? chain, SslPolicyErrors errors)
    {
        if (offered is not X509Certificate2 certificate)
            return $"{Sink} shows no certificate";
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            return $"the certificate of {Sink} ({ExplainedRange.Plain(certificate.Subject)}) is for another name: add {Sink.Host} to enrolment.names in sink.yaml, or use a name that stands there";
        var status = chain?.ChainStatus.Select(fault => fault.Status).ToList() ?? [];
        var (from, to, now) = (certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime(), _time.GetUtcNow().UtcDateTime);
        if (status.Count > 0 && status.TrueForAll(fault => fault == X509ChainStatusFlags.NotTimeValid))
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"the certificate of {Sink} is valid from {from:yyyy-MM-dd} to {to:yyyy-MM-dd}, and here it is {now:yyyy-MM-dd HH:mm}Z: set this device's clock (timedatectl)");
        }

        return $"the certificate of {Sink} is not of the authority that this device knows ({string.Join(", ", status)}): it is another sink, or somebody stands between. Nothing was told to it";
    }
}

/// <summary>Why a sink gave no answer.</summary>
internal enum SinkTrouble : byte
{
    /// <summary>Later it may.</summary>
    Unreachable,

    /// <summary>It is not the sink that it should be, or one of the clocks is wrong.</summary>
    Untrusted,

    /// <summary>It is no sink, or one of another version.</summary>
    NotUnderstood,
}

/// <summary>A sink gave no answer; the message says why and what to do.</summary>
internal sealed class SinkException(SinkTrouble trouble, string message) : Exception(message)
{
    public SinkTrouble Trouble { get; } = trouble;
}
