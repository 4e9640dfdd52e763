using System.Globalization;
using System.Runtime.InteropServices;

namespace SocialCredit.Edge.Sink.Ingestion;

/// <summary>Tells a mosquitto to read its rights, its list of revoked certificates and its own certificate again: SIGHUP, see mosquitto(8).</summary>
internal static class MosquittoReload
{
    private const int HangUp = 1;
    private const int NotPermitted = 1;

    /// <summary>Sends the signal.</summary>
    /// <param name="pidFile">Where mosquitto wrote its number.</param>
    /// <returns>Null if it was sent; otherwise what is wrong and what to do.</returns>
    public static string? Send(string pidFile)
    {
        try
        {
            var text = File.ReadAllText(pidFile).Trim();
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 2)
                return $"{pidFile} holds no number of a process. Is it mosquitto's pid_file?";

            // A file that was left over may name anybody by now, and whoever does not expect this signal ends by it.
            var program = File.ReadAllText($"/proc/{number}/comm").Trim();
            if (program != "mosquitto")
                return $"{pidFile} names process {number}, which is {LogText.Of(program)} and not mosquitto. Is the broker running?";
            if (!Catches(number, HangUp))
                return $"mosquitto (process {number}) is still starting.";
            if (Kill(number, HangUp) == 0)
                return null;
            return Marshal.GetLastPInvokeError() == NotPermitted
                ? $"this user may not signal process {number}. Run the sink and mosquitto as one user, or leave pidFile out and let systemd tell it (deploy/mosquitto/README.md)."
                : $"process {number} could not be signalled: error {Marshal.GetLastPInvokeError()}.";
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            return $"{missing.Message} Is the broker running, and is this its pid_file?";
        }
    }

    // mosquitto writes its number before it expects the signal. Until then it would end by it, and systemd would take that for a wish and leave it so.
    private static bool Catches(int process, int signal)
    {
        const string caught = "SigCgt:";
        var line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(line => line.StartsWith(caught, StringComparison.Ordinal));
        return ulong.TryParse(line.AsSpan(line is null ? 0 : caught.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var mask)
            && (mask >> (signal - 1) & 1) == 1;
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
