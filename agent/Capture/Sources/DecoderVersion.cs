using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace SocialCredit.Edge.Capture.Sources;

/// <summary>What a decoder says that it is; each is asked once in the life of this process.</summary>
internal static partial class DecoderVersion
{
    private const int LineLengthMax = 200;
    private static readonly Version FrameModeFrom = new(5, 1);
    private static readonly ConcurrentDictionary<string, string> Asked = new();

    /// <summary>The option that passes frames as they come.</summary>
    /// <param name="decoder">Its path or name.</param>
    /// <param name="ask">Gives what the decoder prints when it is asked for its version, or null where it cannot be asked.</param>
    public static string RateOption(string decoder, Func<Stream?> ask)
    {
        if (Asked.TryGetValue(decoder, out var option))
            return option;
        var line = ask() is { } said ? FirstLine(said) : "";
        option = RateOption(line);

        // One that was killed before it spoke is asked again at the next opening.
        return line.Length == 0 ? option : Asked.GetOrAdd(decoder, option);
    }

    /// <summary>
    /// <c>-fps_mode</c> came with ffmpeg 5.1 and <c>-vsync</c>, its name until then, is to be removed: whoever gives no
    /// number, as builds from a development branch do, is taken for new.
    /// </summary>
    /// <param name="line">The first line of <c>ffmpeg -version</c>.</param>
    public static string RateOption(string line)
    {
        var found = Numbers().Match(line);
        if (!found.Success)
            return "-fps_mode";
        var version = new Version(Number(found.Groups["major"]), Number(found.Groups["minor"]));
        return version < FrameModeFrom ? "-vsync" : "-fps_mode";
    }

    private static int Number(Group digits) => digits.Success ? int.Parse(digits.ValueSpan, CultureInfo.InvariantCulture) : 0;

    private static string FirstLine(Stream said)
    {
        var line = new StringBuilder(LineLengthMax);
        while (line.Length < LineLengthMax && said.ReadByte() is > 0 and not '\n' and var next)
            line.Append((char)next);
        return line.ToString();
    }

    [GeneratedRegex(@"^ffmpeg version n?(?<major>\d{1,4})(\.(?<minor>\d{1,4}))?",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Numbers();
}
