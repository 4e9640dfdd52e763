using System.Buffers.Text;
using System.Globalization;

namespace SocialCredit.Edge.Capture.Sources;

/// <summary>
/// Reads binary portable pixmaps (Netpbm P6, 8 bit) one after the other from a pipe, into memory that the caller gives.
/// Sizes are bounded before anything is rented for them.
/// </summary>
internal sealed class PixmapReader(Stream stream)
{
    private const int SideMax = 8192;
    private const int BufferBytes = 64 * 1024;

    private readonly byte[] _buffer = new byte[BufferBytes];
    private int _from;
    private int _to;

    public bool HasHeader { get; private set; }

    public int Width { get; private set; }

    public int Height { get; private set; }

    /// <summary>Why the last call said no; null where the pipe simply ended.</summary>
    public string? Fault { get; private set; }

    /// <summary>Blocks until a whole header came.</summary>
    public bool TryReadHeader()
    {
        Fault = null;
        if (!TryReadNumber('P', out var kind) || !TryReadNumber(null, out var width)
            || !TryReadNumber(null, out var height) || !TryReadNumber(null, out var brightest))
            return false;
        if (kind != 6 || brightest != 255 || width is < 1 or > SideMax || height is < 1 or > SideMax)
        {
            Fault = string.Create(
                CultureInfo.InvariantCulture, $"the decoder sent a picture of {width} x {height}, which is none");
            return false;
        }

        (Width, Height, HasHeader) = (width, height, true);
        return true;
    }

    /// <param name="pixels">Width x height x 3 bytes, all of which are filled: red, green, blue.</param>
    public bool TryReadPixels(Span<byte> pixels)
    {
        HasHeader = false;
        var buffered = Math.Min(_to - _from, pixels.Length);
        _buffer.AsSpan(_from, buffered).CopyTo(pixels);
        _from += buffered;
        for (var left = pixels[buffered..]; left.Length > 0;)
        {
            var read = stream.Read(left);
            if (read == 0)
                return false;
            left = left[read..];
        }

        return true;
    }

    /// <summary>One number and the one white byte after it.</summary>
    private bool TryReadNumber(char? lead, out int number)
    {
        Span<byte> digits = stackalloc byte[8];
        var length = 0;
        number = 0;
        for (var isLead = lead is not null; ; isLead = false)
        {
            if (_from == _to && !Fill())
                return false;
            var next = _buffer[_from++];
            if (isLead && next == lead)
                continue;
            if (next is (byte)' ' or (byte)'\n')
                break;
            if (isLead || length == digits.Length || !char.IsAsciiDigit((char)next))
                return Refuse();
            digits[length++] = next;
        }

        return Utf8Parser.TryParse(digits[..length], out number, out _) || Refuse();
    }

    private bool Refuse()
    {
        Fault = "the decoder sent something that is no picture";
        return false;
    }

    private bool Fill()
    {
        _from = 0;
        _to = stream.Read(_buffer, 0, _buffer.Length);
        return _to > 0;
    }
}
