using System.Globalization;

namespace SocialCredit.Edge.Capture.Sources;

/// <summary>A network camera by RTSP over TCP, any codec the decoder knows.</summary>
internal sealed class RtspSource(string address, CameraOptions options, TimeProvider time) : LiveSource(options, time)
{
    /// <summary>
    /// The address travels in a playlist on the decoder's standard input: its arguments can be read by every user of
    /// the machine, and the address holds the password.
    /// </summary>
    protected override DecoderOrder WriteOrder()
    {
        var (user, password) = (Options.User, Options.Password?.Invoke());
        string[] input =
        [
            "-fflags", "nobuffer", "-flags", "low_delay", "-analyzeduration", "0", "-fpsprobesize", "0",
            "-protocol_whitelist", "pipe,file,rtsp,rtsps,rtp,srtp,udp,tcp,tls,crypto,data", "-f", "concat", "-safe", "0",
            "-i", "pipe:0",
        ];
        var playlist = string.Create(CultureInfo.InvariantCulture, $"""
            ffconcat version 1.0
            file '{WithCredentials(user, password)}'
            option rtsp_transport tcp
            option fflags nobuffer
            option analyzeduration 500000
            option fpsprobesize 0

            """);
        return new(input, playlist, Options.Redact);
    }

    private string WithCredentials(string? user, string? password)
    {
        // Escaping leaves no quotation mark that could end the name in the playlist.
        var (escapedUser, escapedPassword) = (Escape(user), Escape(password));
        if (address.Contains("{password}", StringComparison.Ordinal))
            return address.Replace("{user}", escapedUser).Replace("{password}", escapedPassword);
        if (escapedUser.Length == 0 && escapedPassword.Length == 0)
            return address;
        var host = address.IndexOf("://", StringComparison.Ordinal) + 3;
        return $"{address[..host]}{escapedUser}:{escapedPassword}@{address[host..]}";
    }

    private static string Escape(string? text) => Uri.EscapeDataString(text ?? "").Replace("'", "%27");
}
