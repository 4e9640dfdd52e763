using QRCoder;

namespace SocialCredit.Edge.Sink.Web;

/// <summary>The address of a place's page as a code for the sign beside the camera.</summary>
internal static class SignCode
{
    private const int PixelsPerModule = 8;

    /// <summary>The page's address: at the configured one, or at the one that was asked.</summary>
    public static string AddressOf(string zone, SinkOptions options, HttpRequest request) =>
        $"{options.Web.Address?.TrimEnd('/') ?? $"{request.Scheme}://{request.Host}"}/zones/{zone}";

    /// <summary>An SVG, dark on light, with a quiet zone and a quarter of it repairable: signs get scratched.</summary>
    public static string Draw(string address)
    {
        using var data = QRCodeGenerator.GenerateQrCode(address, QRCodeGenerator.ECCLevel.Q);
        using var code = new SvgQRCode(data);
        return code.GetGraphic(PixelsPerModule, "#000000", "#ffffff", drawQuietZones: true, SvgQRCode.SizingMode.ViewBoxAttribute);
    }
}
