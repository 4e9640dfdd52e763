using OpenCvSharp;

namespace SocialCredit.Edge.Capture;

/// <summary>
/// What one picture is like, not what it shows: light, contrast and the steps between 32 x 24 coarse cells. Each cell is
/// judged by two short runs of pixels, one above the other, so a picture of any size costs the same 18,432 bytes read.
/// </summary>
internal sealed class PictureMeasure(PrivacyMask mask)
{
    /// <summary>Between a cell and the one right of it, then between a cell and the one below it.</summary>
    public const int StepCount = (Rows * (Columns - 1)) + ((Rows - 1) * Columns);

    private const int Columns = 32;
    private const int Rows = 24;
    private const int Run = 12;

    // The longer lag of the two that contrast is measured at; the shorter is one pixel.
    private const int Lag = 8;

    // One lamp in a dark cell must not outweigh a whole kerb.
    private const float StepMax = 0.3f;

    // Steps are relative to the light around them; in the dark, where noise is most of them, less so.
    private const float StepFloor = 8;

    private readonly float[] _cells = new float[Columns * Rows];
    private readonly bool[] _isOpen = new bool[Columns * Rows];
    private readonly int[] _from = new int[Columns * Rows];
    private readonly float[] _steps = new float[StepCount];
    private (int Width, int Height) _size;
    private int _structured;
    private int _pairs;
    private int _openCells;

    /// <summary>How the cells differ from their neighbours, each -0.3..0.3 of the light of both: what is built there, in any light.</summary>
    public ReadOnlySpan<float> Steps => _steps;

    /// <summary>Mean of all that is under no mask, 0..255.</summary>
    public float Light { get; private set; }

    /// <summary>Nine cells in ten are darker, 0..255: what lamps light counts although most of a street is dark.</summary>
    public float Bright { get; private set; }

    /// <summary>Contrast from one pixel to the next, squared levels.</summary>
    public float FineContrast { get; private set; }

    /// <summary>Contrast over eight pixels, squared levels.</summary>
    public float CoarseContrast { get; private set; }

    /// <summary>Share of neighbouring cells that plainly differ, 0..1.</summary>
    public float Structure { get; private set; }

    /// <summary>Mean distance of a pixel's strongest channel from its weakest, 0..255; 0 under infrared light.</summary>
    public float Colour { get; private set; }

    /// <param name="pixels">Three bytes a pixel, rows without gaps.</param>
    /// <returns>False where the picture is too small, or almost all of it masked.</returns>
    public bool Fill(Mat pixels)
    {
        if (_size != (pixels.Cols, pixels.Rows))
            FitTo(pixels.Cols, pixels.Rows);
        if (_openCells < Columns)
            return false;
        FillCells(pixels.AsSpan<byte>(), pixels.Cols * 3);
        Bright = FindBright();
        FillSteps();
        return true;
    }

    private void FitTo(int width, int height)
    {
        _size = (width, height);
        _openCells = 0;
        if (width < Columns * 2 || height < Rows * 2)
            return;
        using var white = new Mat(height, width, MatType.CV_8UC3, Scalar.White);
        mask.Apply(white);
        var bytes = white.AsSpan<byte>();
        for (var row = 0; row < Rows; row++)
        {
            var y = Math.Min(((2 * row) + 1) * height / (2 * Rows), height - 2);
            for (var column = 0; column < Columns; column++)
            {
                var x = Math.Clamp((((2 * column) + 1) * width / (2 * Columns)) - (Run / 2), 0, width - Run);
                var (cell, from) = ((row * Columns) + column, ((y * width) + x) * 3);
                _from[cell] = from;
                _isOpen[cell] = bytes.Slice(from, Run * 3).IndexOf((byte)0) < 0 && bytes.Slice(from + (width * 3), Run * 3).IndexOf((byte)0) < 0;
                _openCells += _isOpen[cell] ? 1 : 0;
            }
        }
    }

    /// <summary>
    /// Contrast is the product of a step in one row with the same step in the row below it: an edge is in both, the
    /// sensor's noise is not, so that the noise of a dark night does not pass for detail.
    /// </summary>
    private void FillCells(ReadOnlySpan<byte> bytes, int rowBytes)
    {
        long light = 0, fine = 0, coarse = 0, colour = 0;
        for (var cell = 0; cell < _cells.Length; cell++)
        {
            if (!_isOpen[cell])
                continue;
            var above = bytes.Slice(_from[cell], Run * 3);
            var below = bytes.Slice(_from[cell] + rowBytes, Run * 3);
            colour += Math.Max(above[0], Math.Max(above[1], above[2])) - Math.Min(above[0], Math.Min(above[1], above[2]));
            var sum = 0;
            for (var i = 1; i < above.Length; i += 3)
            {
                sum += above[i] + below[i];
                if (i + 3 < above.Length)
                    fine += (above[i + 3] - above[i]) * (below[i + 3] - below[i]);
                if (i + (Lag * 3) < above.Length)
                    coarse += (above[i + (Lag * 3)] - above[i]) * (below[i + (Lag * 3)] - below[i]);
            }

            light += sum;
            _cells[cell] = sum / (2f * Run);
        }

        Light = light / (2f * Run * _openCells);
        Colour = (float)colour / _openCells;
        FineContrast = (float)fine / (_openCells * (Run - 1));
        CoarseContrast = (float)coarse / (_openCells * (Run - Lag));
    }

    private float FindBright()
    {
        Span<int> histogram = stackalloc int[256];
        histogram.Clear();
        for (var cell = 0; cell < _cells.Length; cell++)
        {
            if (_isOpen[cell])
                histogram[(int)_cells[cell]]++;
        }

        var level = 255;
        for (var brighter = histogram[255]; level > 0 && brighter * 10 < _openCells; brighter += histogram[level])
            level--;
        return level;
    }

    private void FillSteps()
    {
        (_structured, _pairs) = (0, 0);
        var plain = 3 + (0.03f * Light);
        var to = 0;
        for (var row = 0; row < Rows; row++)
        {
            for (var column = 0; column < Columns - 1; column++)
                _steps[to++] = Step((row * Columns) + column, (row * Columns) + column + 1, plain);
        }

        for (var cell = 0; cell < (Rows - 1) * Columns; cell++)
            _steps[to++] = Step(cell, cell + Columns, plain);
        Structure = _pairs > 0 ? (float)_structured / _pairs : 0;
    }

    private float Step(int one, int other, float plain)
    {
        if (!_isOpen[one] || !_isOpen[other])
            return 0;
        var difference = _cells[other] - _cells[one];
        _pairs++;
        _structured += Math.Abs(difference) > plain ? 1 : 0;
        return Math.Clamp(difference / (_cells[one] + _cells[other] + StepFloor), -StepMax, StepMax);
    }
}
