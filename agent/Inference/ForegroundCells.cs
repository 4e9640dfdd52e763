using System.Numerics.Tensors;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Inference;

/// <summary>
/// What is known of every cell of the grid: how it looked for minutes (slow), how it has looked just now and for how long (fast),
/// whether a road user covers it. A cell that a road user covers learns nothing.
/// </summary>
internal sealed class ForegroundCells
{
    /// <summary>In the place of a grey level that is not known.</summary>
    public const float Unknown = -1;

    /// <summary>A detector misses people now and then: a cell counts as covered for so long after it was.</summary>
    private const float CoverSeconds = 1;

    /// <summary>Surer detections than this cover what is behind them.</summary>
    private const float CoverConfidenceMin = 0.3f;

    /// <summary>How much a detection's box is grown on every side, in its own widths and heights: limbs, what is carried, shadows.</summary>
    private const float CoverMargin = 0.1f;

    /// <summary>The same for "somebody was there": what one puts down lies within reach of one's box.</summary>
    private const float VisitMargin = 0.5f;

    /// <summary>In which the slow background follows what changes little by little.</summary>
    private const float SlowSeconds = 60;

    /// <summary>In which the models follow the light of the whole picture.</summary>
    private const float LightSeconds = 20;

    private const float NoiseSeconds = 30;

    /// <summary>A road user who came there makes at least this share of the box's cells differ from the background.</summary>
    private const float NewShareMin = 0.15f;

    /// <summary>A cell differs from a model by more than this many times its usual deviation, and by grey levels between these.</summary>
    private const float NoiseFactor = 4;

    private const float DifferenceMin = 12;

    private const float DifferenceMax = 40;

    private readonly bool[] _isCovered;
    private readonly float[] _uncoveredSeconds;
    private readonly float[] _noise;
    private readonly float[] _before;
    private readonly bool[] _isDifferent;
    private LightFit _light = LightFit.Same;

    public ForegroundCells(int columns, int rows)
    {
        (Columns, Rows) = (columns, rows);
        var count = columns * rows;
        (Slow, Fast, Now, Looks, _noise) = (new float[count], new float[count], new float[count], new float[count], new float[count]);
        _before = new float[count];
        (StillSeconds, UnvisitedSeconds, _uncoveredSeconds) = (new float[count], new float[count], new float[count]);
        (IsForeground, _isCovered, _isDifferent) = (new bool[count], new bool[count], new bool[count]);
        Labels = new byte[count];
        Array.Fill(UnvisitedSeconds, float.MaxValue);
        Array.Fill(_uncoveredSeconds, float.MaxValue);
        Forget();
    }

    public int Columns { get; }

    public int Rows { get; }

    /// <summary>Grey levels; below 0 where nothing has been seen yet.</summary>
    public float[] Slow { get; }

    public float[] Fast { get; }

    /// <summary>The newest picture in the light of the models.</summary>
    public float[] Now { get; }

    /// <summary>How the cells of an object looked when it was found; below 0 elsewhere.</summary>
    public float[] Looks { get; }

    /// <summary>For how long a cell has looked as it does; begins anew where it was covered.</summary>
    public float[] StillSeconds { get; }

    /// <summary>Since when no road user was within reach.</summary>
    public float[] UnvisitedSeconds { get; }

    /// <summary>Differs from the slow background; never where covered.</summary>
    public bool[] IsForeground { get; }

    /// <summary>Which object a cell belongs to; 0 is none. Such cells are not learned.</summary>
    public byte[] Labels { get; }

    public ReadOnlySpan<bool> IsCovered => _isCovered;

    /// <summary>Of the cells in sight, how many differ from the slow background; 0 where almost nothing is in sight.</summary>
    public float ForegroundShare { get; private set; }

    /// <summary>Starts anew: what the next picture shows is the background.</summary>
    public void Forget()
    {
        Array.Fill(Slow, Unknown);
        Array.Fill(Looks, Unknown);
        Array.Clear(StillSeconds);
        Array.Clear(IsForeground);
        Array.Clear(Labels);
        ForegroundShare = 0;
    }

    /// <summary>What a cell shows now is background from now on.</summary>
    public void Adopt(int cell) => (Slow[cell], IsForeground[cell]) = (Fast[cell], false);

    /// <summary>Whether a cell looks like that model, give or take half a cell: a camera that shakes shows some of the neighbour's part.</summary>
    public bool Resembles(float[] model, int cell, float tolerance)
    {
        var (value, expected) = (Now[cell], model[cell]);
        if (MathF.Abs(value - expected) <= tolerance)
            return true;
        var (column, row) = (cell % Columns, cell / Columns);
        var (low, high) = (expected, expected);
        for (var y = Math.Max(0, row - 1); y <= Math.Min(Rows - 1, row + 1); y++)
        {
            for (var x = Math.Max(0, column - 1); x <= Math.Min(Columns - 1, column + 1); x++)
            {
                var near = model[y * Columns + x];
                if (near >= 0)
                    (low, high) = (MathF.Min(low, near), MathF.Max(high, near));
            }
        }

        return value >= (low + expected) / 2 - tolerance && value <= (high + expected) / 2 + tolerance;
    }

    /// <summary>By how many grey levels a cell may differ from a model by noise alone.</summary>
    public float Tolerance(int cell) => Math.Clamp(NoiseFactor * _noise[cell], DifferenceMin, DifferenceMax);

    /// <summary>Reads a picture and compares it with the background.</summary>
    public void Read(ReadOnlySpan<byte> cells)
    {
        if (Slow[0] < 0)
            Begin(cells);
        _light = LightFit.Between(cells, Slow, _isCovered, _light);
        var (scale, offset) = (1 / _light.Gain, _light.Offset);
        for (var i = 0; i < cells.Length; i++)
        {
            var value = (cells[i] - offset) * scale;
            Now[i] = value;
            var isFar = MathF.Abs(value - Slow[i]) > DifferenceMin;
            _isDifferent[i] = isFar && !Resembles(Slow, i, Tolerance(i));
        }
    }

    /// <summary>Notes what road users hide, and where they are within reach.</summary>
    public void Cover(List<Detection> detections, (float X, float Y) cellsPerPixel, float seconds)
    {
        TensorPrimitives.Add(_uncoveredSeconds, seconds, _uncoveredSeconds);
        TensorPrimitives.Add(UnvisitedSeconds, seconds, UnvisitedSeconds);
        foreach (var detection in detections)
        {
            var isRoadUser = detection.Class is ObjectClass.Person or ObjectClass.Bicycle or ObjectClass.Vehicle or ObjectClass.Animal;
            if (!isRoadUser || detection.Confidence < CoverConfidenceMin || !IsNew(Around(detection.Box, 0, cellsPerPixel)))
                continue;
            Clear(_uncoveredSeconds, Around(detection.Box, CoverMargin, cellsPerPixel));
            Clear(UnvisitedSeconds, Around(detection.Box, VisitMargin, cellsPerPixel));
        }

        for (var i = 0; i < _isCovered.Length; i++)
            _isCovered[i] = _uncoveredSeconds[i] < CoverSeconds;
    }

    /// <param name="seconds">Since the picture before.</param>
    /// <param name="isSettled">False at the beginning, when the background still learns fast.</param>
    public void Learn(float seconds, bool isSettled)
    {
        var slowRate = MathF.Min(0.5f, seconds / (isSettled ? SlowSeconds : SlowSeconds / 10));
        var noiseRate = MathF.Min(0.5f, seconds / NoiseSeconds);
        var (inSight, foreground) = (0, 0);
        Fast.CopyTo(_before, 0);
        for (var i = 0; i < Now.Length; i++)
        {
            if (_isCovered[i])
            {
                IsForeground[i] = false;
                continue;
            }

            NoteStillness(i, seconds, _isDifferent[i] == IsForeground[i]);
            IsForeground[i] = _isDifferent[i];
            inSight++;
            foreground += _isDifferent[i] ? 1 : 0;
            if (_isDifferent[i] || Labels[i] != 0)
                continue;
            var deviation = Now[i] - Slow[i];
            Slow[i] += deviation * slowRate;
            _noise[i] += (MathF.Abs(deviation) - _noise[i]) * noiseRate;
        }

        ForegroundShare = inSight < Now.Length / 10 ? 0 : (float)foreground / inSight;
        Follow(MathF.Min(1, seconds / LightSeconds));
    }

    private void Begin(ReadOnlySpan<byte> cells)
    {
        for (var i = 0; i < cells.Length; i++)
            (Slow[i], Fast[i]) = (cells[i], cells[i]);
        Array.Fill(_noise, DifferenceMin / NoiseFactor);
        _light = LightFit.Same;
    }

    /// <summary>
    /// Whether something came there: a detection of what has always been there, a sign that looks like a person, hides nothing.
    /// </summary>
    private bool IsNew(in CellBox box)
    {
        var different = 0;
        for (var row = box.Top; row < box.Bottom; row++)
        {
            foreach (var isDifferent in _isDifferent.AsSpan(row * Columns + box.Left, box.Width))
                different += isDifferent ? 1 : 0;
        }

        return different >= NewShareMin * box.Width * box.Height;
    }

    private void NoteStillness(int cell, float seconds, bool isSameSide)
    {
        if (isSameSide && Resembles(_before, cell, Tolerance(cell)))
        {
            StillSeconds[cell] += seconds;
            Fast[cell] += (Now[cell] - Fast[cell]) * 0.2f;
        }
        else
        {
            (StillSeconds[cell], Fast[cell]) = (0, Now[cell]);
        }
    }

    /// <summary>All models at once, covered cells too, so that what comes into sight again is expected in today's light.</summary>
    private void Follow(float rate)
    {
        var (gain, offset) = (1 + rate * (_light.Gain - 1), rate * _light.Offset);
        for (var i = 0; i < Slow.Length; i++)
        {
            Slow[i] = Math.Clamp(gain * Slow[i] + offset, 0, 255);
            Fast[i] = gain * Fast[i] + offset;
            if (Looks[i] >= 0)
                Looks[i] = Math.Clamp(gain * Looks[i] + offset, 0, 255);
        }
    }

    private CellBox Around(in Box box, float margin, (float X, float Y) cellsPerPixel)
    {
        var (x, y) = (margin * box.Width, margin * box.Height);
        var left = Math.Clamp((int)((box.Left - x) * cellsPerPixel.X), 0, Columns);
        var right = Math.Clamp((int)MathF.Ceiling((box.Right + x) * cellsPerPixel.X), left, Columns);
        var top = Math.Clamp((int)((box.Top - y) * cellsPerPixel.Y), 0, Rows);
        var bottom = Math.Clamp((int)MathF.Ceiling((box.Bottom + y) * cellsPerPixel.Y), top, Rows);
        return new CellBox(left, top, right, bottom);
    }

    private void Clear(float[] seconds, in CellBox box)
    {
        for (var row = box.Top; row < box.Bottom; row++)
            seconds.AsSpan(row * Columns + box.Left, box.Width).Clear();
    }
}
