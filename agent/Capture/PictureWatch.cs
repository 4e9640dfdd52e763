using OpenCvSharp;

namespace SocialCredit.Edge.Capture;

/// <summary>
/// Tells a camera that hangs on its last picture, or sees nothing at all, from a quiet street. Looks at one pixel in each
/// cell of a grid: some microseconds a frame. Sensor noise alone changes those, so that an unchanged sample is no street.
/// </summary>
internal sealed class PictureWatch(TimeSpan faultAfter)
{
    private const int Columns = 40;
    private const int Rows = 30;

    // Video black is 16 of 255 at most, plus a little noise.
    private const byte BlackMax = 20;

    private readonly byte[] _before = new byte[Columns * Rows * 3];
    private DateTimeOffset _sameSince;
    private DateTimeOffset _blackSince;
    private bool _isFirst = true;

    /// <param name="pixels">Three bytes a pixel, rows without gaps.</param>
    /// <param name="capturedAt">On the source's own time line.</param>
    public CameraTrouble Observe(Mat pixels, DateTimeOffset capturedAt)
    {
        var (isSame, isBlack) = Sample(pixels.AsSpan<byte>(), pixels.Cols, pixels.Rows);
        if (_isFirst || !isSame)
            _sameSince = capturedAt;
        if (_isFirst || !isBlack)
            _blackSince = capturedAt;
        _isFirst = false;
        if (capturedAt - _blackSince >= faultAfter)
            return CameraTrouble.Black;
        return capturedAt - _sameSince >= faultAfter ? CameraTrouble.Frozen : CameraTrouble.None;
    }

    private (bool IsSame, bool IsBlack) Sample(ReadOnlySpan<byte> bytes, int width, int height)
    {
        var isSame = true;
        byte brightest = 0;
        var to = 0;
        for (var row = 0; row < Rows; row++)
        {
            var line = ((2 * row) + 1) * height / (2 * Rows) * width;
            for (var column = 0; column < Columns; column++)
            {
                var from = (line + (((2 * column) + 1) * width / (2 * Columns))) * 3;
                for (var channel = 0; channel < 3; channel++, to++)
                {
                    var value = bytes[from + channel];
                    isSame &= value == _before[to];
                    brightest = Math.Max(brightest, value);
                    _before[to] = value;
                }
            }
        }

        return (isSame, brightest <= BlackMax);
    }
}
