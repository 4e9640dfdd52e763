using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace SocialCredit.Edge.Host.Remote;

/// <summary>What enrolment left in the state folder, as far as commands and reports need it.</summary>
internal static class EnrolledKeys
{
    /// <summary>The key by which the sink signs commands; null on a device that is not enrolled: it takes no command.</summary>
    public static byte[]? CommandKey(string stateFolder)
    {
        var path = Path.Combine(stateFolder, "enrolment.json");
        try
        {
            if (!File.Exists(path))
                return null;
            using var enrolment = JsonDocument.Parse(File.ReadAllBytes(path));
            return enrolment.RootElement.TryGetProperty("commandKey", out var key) && key.ValueKind == JsonValueKind.String
                ? Convert.FromBase64String(key.GetString()!)
                : null;
        }
        catch (Exception damaged) when (damaged is JsonException or FormatException or UnauthorizedAccessException or IOException)
        {
            return null;
        }
    }

    /// <summary>Whole days until the device's certificate ends, 0 after it; null where there is none.</summary>
    public static int? CertificateDays(string stateFolder, DateTimeOffset now)
    {
        var path = Path.Combine(stateFolder, "device-certificate.pem");
        try
        {
            if (!File.Exists(path))
                return null;
            using var certificate = X509CertificateLoader.LoadCertificateFromFile(path);
            return Math.Max(0, (int)(certificate.NotAfter.ToUniversalTime() - now.UtcDateTime).TotalDays);
        }
        catch (Exception damaged) when (damaged is System.Security.Cryptography.CryptographicException or UnauthorizedAccessException or IOException)
        {
            return 0;
        }
    }
}
