using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace SocialCredit.Edge.Capture;

internal enum SourceKind
{
    VideoFile,
    ImageFolder,
    Rtsp,
    Usb,
}

/// <summary>What <c>source:</c> of a camera names, read once and without a credential in it. A fault may repeat the source: redact it.</summary>
internal sealed partial record SourceAddress(SourceKind Kind, string Location)
{
    private const string KnownForms =
        "known forms are /path/clip.avi, file:///path/clip.avi, /path/folder-of-images, rtsp://host/path, /dev/video0 and usb:0";

    public bool IsLive => Kind is SourceKind.Rtsp or SourceKind.Usb;

    public static bool TryParse(
        string source, [NotNullWhen(true)] out SourceAddress? address, [NotNullWhen(false)] out string? fault)
    {
        address = null;
        fault = null;
        if (string.IsNullOrWhiteSpace(source) || source.Any(char.IsControl))
        {
            fault = $"The source is empty or not one line; {KnownForms}.";
        }
        else if (Credentials().IsMatch(source))
        {
            fault = $"The source '{source}' holds a user name or password. Write it without, set the camera's user, "
                + "and give its password from an environment variable or a file; where the camera wants them inside "
                + "the address, write {user} and {password} there.";
        }
        else if (Rtsp().IsMatch(source))
        {
            // A quotation mark would end the name in the order to the decoder.
            if (Uri.TryCreate(source, UriKind.Absolute, out var uri) && uri.Host.Length > 0 && !source.Contains('\''))
                address = new(SourceKind.Rtsp, source);
            else
                fault = "The source is no valid RTSP address; write rtsp://host:554/path.";
        }
        else if (Usb().Match(source) is { Success: true } usb)
        {
            address = new(SourceKind.Usb, usb.Groups["number"] is { Success: true } n ? $"/dev/video{n.Value}" : source);
        }
        else if (OtherScheme().IsMatch(source))
        {
            fault = $"The source '{source[..source.IndexOf(':')]}:...' is of an unknown kind; {KnownForms}.";
        }
        else if (PathOf(source) is not { Length: > 0 } named)
        {
            fault = "The source is no valid file address; write file:///path/clip.avi or /path/clip.avi.";
        }
        else
        {
            var path = Path.GetFullPath(named);
            address = new(Directory.Exists(path) ? SourceKind.ImageFolder : SourceKind.VideoFile, path);
        }

        return address is not null;
    }

    private static string? PathOf(string source)
    {
        if (!source.StartsWith("file://", StringComparison.OrdinalIgnoreCase))
            return source;
        return Uri.TryCreate(source, UriKind.Absolute, out var uri) && uri.Host.Length == 0 ? uri.LocalPath : null;
    }

    [GeneratedRegex(
        @"://[^/\s'""]*(?=@)|\b(?:user|usr|username|password|passwd|pwd|pass|token|auth)=(?!\{)[^&\s'""/]+",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Credentials();

    [GeneratedRegex("^rtsps?://", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Rtsp();

    [GeneratedRegex(@"^(usb:(?<number>\d{1,3})|/dev/(video\d{1,3}|v4l/by-(id|path)/[^'/]+))\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Usb();

    [GeneratedRegex("^(?!file://)[a-z][a-z0-9+.-]+:", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex OtherScheme();
}
