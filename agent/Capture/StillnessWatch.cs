using OpenCvSharp;

namespace SocialCredit.Edge.Capture;

/// <summary>
/// Tells a camera that hangs on its last picture, or sees nothing at all, from a quiet street. Looks at one pixel in each
/// cell of a grid: some microseconds a frame. Sensor noise alone changes those, so that an unchanged sample is no street.
/// </summary>
internal sealed class StillnessWatch(TimeSpan faultAfter)
{
    private const int Columns = 40;
    private const int Rows = 30;

    // Video black is 16 of 255 at most, plus a little noise.
    private const byte BlackMax = 20;

    private readonly byte[] _before = new byte[Columns * Rows * 3];
    private TimeSpan _sameFor;
    private TimeSpan _blackFor;

    /// <param name="pixels">Three bytes a pixel, rows without gaps.</param>
    /// <param name="passed">Since the picture before; zero at the first.</param>
    /// <returns>Black, Frozen or None.</returns>
    public CameraTrouble Observe(Mat pixels, TimeSpan passed)
    {
        var (isSame, isBlack) = Sample(pixels.AsSpan<byte>(), pixels.Cols, pixels.Rows);
        _sameFor = isSame ? _sameFor + passed : TimeSpan.Zero;
        _blackFor = isBlack ? _blackFor + passed : TimeSpan.Zero;
        if (_blackFor >= faultAfter)
            return CameraTrouble.Black;
        return _sameFor >= faultAfter ? CameraTrouble.Frozen : CameraTrouble.None;
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
