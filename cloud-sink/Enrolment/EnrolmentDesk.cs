using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Ingestion;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Enrolment;

/// <summary>
/// Answers devices that want to be enrolled or to have another certificate. A claim opens the door once, for one key; from then on the key
/// itself is the proof, however long its certificate has been over.
/// </summary>
internal sealed class EnrolmentDesk(
    IEventStore store, DeviceBook devices, EnrolmentKeys keys, LiveConfiguration live, EnrolmentDesk.Runtime runtime)
{
    /// <summary>A claim is void once it was told wrong so often.</summary>
    public const int WrongClaimsMax = 10;

    // One answer for a device that is not invited and for a secret that is wrong: who guesses learns no name.
    private const string NoSuchClaim = "This claim code is not, or no longer, good for this device. Ask the operator for another: sink device invite.";

    // Of somebody else at the same time; each time it was changed by another.
    private const int AttemptsMax = 10;

    /// <summary>The answer to a body; null where it is not of the contract's form.</summary>
    /// <param name="body">As it came.</param>
    /// <param name="from">The asker's address, for the log.</param>
    /// <exception cref="System.Data.Common.DbException">The store does not answer.</exception>
    public EnrolmentAnswer? Take(ReadOnlySpan<byte> body, string from)
    {
        if (EnrolmentRequest.TryDecode(body) is not { } request)
            return null;
        if (!DeviceRights.MayConnect(request.Device))
            return Refused(request, from, "This name is reserved; give the device another.");
        if (!TryReadSigningRequest(request, out var signingRequest, out var fault))
            return Refused(request, from, $"The signing request is not good: {fault}");
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            var now = runtime.Time.GetUtcNow();
            var found = store.Enrolled.Find(request.Device);
            var decision = Decide(request, signingRequest!, found, now);
            var device = decision.Next ?? found;
            if (decision.Next is { } next)
            {
                if (!store.Enrolled.Keep(next, decision.Change, now))
                    continue;
                Say(next, found);
                devices.Refresh();
                device = next with { Version = next.Version + 1 };
            }

            if (decision.Refusal is { } reason)
                return Refused(request, from, reason);
            if (device!.State != DeviceState.Approved)
                return new EnrolmentAnswer { Status = EnrolmentStatus.Waiting };
            if (Certify(device, signingRequest!, now) is { } certificate)
                return Approved(device, certificate);
        }

        throw new IOException($"The store's row of {request.Device} changes all the time.");
    }

    private static Decision Decide(EnrolmentRequest request, SigningRequest signingRequest, EnrolledDevice? found, DateTimeOffset now)
    {
        if (found is { State: DeviceState.Waiting or DeviceState.Approved } && found.KeyId == signingRequest.KeyId)
            return new Decision();
        if (request.Claim is not null)
            return DecideClaim(request, signingRequest, found, now);
        return found switch
        {
            { State: DeviceState.Revoked } => new Decision("The device was revoked. To begin anew it needs another key and a claim code: sink device invite."),
            { State: DeviceState.Approved } when request.OldKeySignature is { } signature
                && Dsse.Verify(found.Key.Span, SigningRequest.SignedType, Convert.FromBase64String(request.SigningRequest), signature) =>
                new Decision { Next = found with { Key = signingRequest.PublicKeyInfo }, Change = "a new key, signed by the one before" },
            { State: DeviceState.Approved } => new Decision("The key is not the one that is enrolled, and the enrolled one did not sign the request for it."),
            _ => new Decision("The device is not enrolled here. It needs a claim code: sink device invite."),
        };
    }

    private static Decision DecideClaim(EnrolmentRequest request, SigningRequest signingRequest, EnrolledDevice? found, DateTimeOffset now)
    {
        var isInvited = found is { State: DeviceState.Invited, ClaimHash: not null };

        // Compared with something in any case, and in the same time.
        var expected = Encoding.ASCII.GetBytes(found?.ClaimHash ?? HashOf(""));
        var isRight = CryptographicOperations.FixedTimeEquals(expected, Encoding.ASCII.GetBytes(HashOf(request.Claim!))) && found?.ClaimHash is not null;
        if (!isRight && isInvited)
        {
            var wrong = found! with { WrongClaims = found.WrongClaims + 1 };
            return new Decision(NoSuchClaim)
            {
                Next = wrong.WrongClaims >= WrongClaimsMax ? wrong with { ClaimHash = null } : wrong,
                Change = $"a wrong claim, {wrong.WrongClaims} of {WrongClaimsMax}",
            };
        }

        if (!isRight)
            return new Decision(NoSuchClaim);
        if (!isInvited)
            return new Decision("The claim code was used already, by another key. If that was not this device, somebody else has the code: tell the operator.");
        if (now > found!.ClaimUntil)
            return new Decision("The claim code has expired. Ask the operator for another: sink device invite.");
        if (found.Site is { } site && site != request.Site)
            return new Decision($"The device's configuration names another site ({request.Site}) than the invitation ({site}).");
        return new Decision
        {
            Next = found with
            {
                State = DeviceState.Waiting,
                Since = now,
                Key = signingRequest.PublicKeyInfo,
                AskedSite = request.Site,
                AskedZones = [.. request.Zones.Distinct(StringComparer.Ordinal)],
            },
            Change = "came with its claim",
        };
    }

    /// <summary>SHA-256 of a claim's secret, as the store has it.</summary>
    public static string HashOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    private static bool TryReadSigningRequest(EnrolmentRequest request, out SigningRequest? read, out string fault)
    {
        (read, fault) = (null, "it is not base64.");
        var bytes = new byte[request.SigningRequest.Length];
        return Convert.TryFromBase64String(request.SigningRequest, bytes, out var length)
            && SigningRequest.TryRead(bytes.AsSpan(0, length), request.Device, out read, out fault);
    }

    // One that asks again soon gets the same: what it asks for must not fill the store or the revocation list.
    private byte[]? Certify(EnrolledDevice device, SigningRequest signingRequest, DateTimeOffset now)
    {
        var lifetime = runtime.Lifetime ?? TimeSpan.FromDays(live.Current.Options.Enrolment?.CertificateDays ?? EnrolmentOptions.CertificateDaysDefault);
        if (store.Enrolled.NewestCertificate(device.Device) is { RevokedAt: null } newest && newest.KeyId == signingRequest.KeyId
            && newest.IssuedAt <= now && now - newest.IssuedAt < lifetime / 4 && newest.NotAfter > now && IsOurs(newest))
            return newest.Der.ToArray();
        using var certificate = keys.Authority.IssueDevice(signingRequest, lifetime);
        var until = new DateTimeOffset(certificate.NotAfter);
        var issued = new IssuedCertificate(certificate.SerialNumber, device.Device, signingRequest.KeyId, certificate.RawData, now, until);
        if (!store.Enrolled.KeepCertificate(issued, device.Version))
            return null;
        EnrolmentLog.Certified(runtime.Log, device.Device, until);
        return certificate.RawData;
    }

    private bool IsOurs(IssuedCertificate issued)
    {
        using var certificate = X509CertificateLoader.LoadCertificate(issued.Der.Span);
        return certificate.IssuerName.RawData.AsSpan().SequenceEqual(keys.Authority.Certificate.SubjectName.RawData);
    }

    private EnrolmentAnswer Approved(EnrolledDevice device, byte[] certificate)
    {
        var (host, port) = live.Current.Options.BrokerForDevices ?? (null, null);
        return new EnrolmentAnswer
        {
            Status = EnrolmentStatus.Approved,
            Certificate = PemEncoding.WriteString("CERTIFICATE", certificate),
            Authority = keys.Authority.Certificate.ExportCertificatePem(),
            CommandKey = Convert.ToBase64String(keys.Command.PublicKeyInfo),
            Zones = device.Zones,
            BrokerHost = host,
            BrokerPort = port,
        };
    }

    private EnrolmentAnswer Refused(EnrolmentRequest request, string from, string reason)
    {
        EnrolmentLog.Refused(runtime.Log, request.Device, from, reason);
        return new EnrolmentAnswer { Status = EnrolmentStatus.Refused, Reason = reason };
    }

    private void Say(EnrolledDevice next, EnrolledDevice? before)
    {
        if (next.State == DeviceState.Waiting)
            EnrolmentLog.Waits(runtime.Log, next.Device, next.KeyId!);
        if (before?.ClaimHash is not null && next.ClaimHash is null)
            EnrolmentLog.ClaimVoid(runtime.Log, next.Device, next.WrongClaims);
    }

    /// <param name="Time">Against which claims and certificates are held.</param>
    /// <param name="Log">Where it says what it did.</param>
    internal sealed record Runtime(TimeProvider Time, ILogger<EnrolmentDesk> Log)
    {
        /// <summary>Of a device's certificate, in place of the configuration's days.</summary>
        public TimeSpan? Lifetime { get; init; }
    }

    /// <summary>What is to be kept, if anything, and why it is refused, if it is.</summary>
    private sealed record Decision(string? Refusal = null)
    {
        public EnrolledDevice? Next { get; init; }

        public string Change { get; init; } = "";
    }
}
