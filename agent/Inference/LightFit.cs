namespace SocialCredit.Edge.Inference;

/// <summary>
/// How the light of a picture differs from that of a model of it: <c>picture = Gain * model + Offset</c>. The light of the picture
/// before is tried first; where it explains too little, the quartiles of both say another, which a few new things do not move.
/// Whichever explains more is made exact by least squares over the cells that it explains.
/// </summary>
/// <param name="Gain">0.4..2.5.</param>
/// <param name="Offset">Grey levels.</param>
internal readonly record struct LightFit(float Gain, float Offset)
{
    /// <summary>Grey levels by which a cell may differ from what a light explains.</summary>
    private const float ResidualMax = 20;

    /// <summary>A light that explains so large a share of the cells is the right one.</summary>
    private const float ExplainedMin = 0.8f;

    /// <summary>With fewer cells in sight nothing can be said.</summary>
    private const int CellsMin = 100;

    /// <summary>Blackened by a privacy mask, or out of the sensor's range: such cells say nothing of the light.</summary>
    private const float GreyMin = 4;

    private const float GreyMax = 250;

    /// <summary>Every third cell tells as much as all of them; no grid of ours is so regular that it would matter.</summary>
    private const int Stride = 3;

    public static LightFit Same { get; } = new(1, 0);

    /// <param name="cells">Of the picture.</param>
    /// <param name="model">Of the same cells.</param>
    /// <param name="isCovered">Cells to leave out.</param>
    /// <param name="before">The light of the picture before.</param>
    public static LightFit Between(ReadOnlySpan<byte> cells, ReadOnlySpan<float> model, ReadOnlySpan<bool> isCovered, LightFit before)
    {
        var refined = before.Refined(cells, model, isCovered, out var share);
        if (share >= ExplainedMin)
            return refined;
        var other = ByQuartiles(cells, model, isCovered).Refined(cells, model, isCovered, out var otherShare);
        return otherShare > share ? other : refined;
    }

    private static LightFit ByQuartiles(ReadOnlySpan<byte> cells, ReadOnlySpan<float> model, ReadOnlySpan<bool> isCovered)
    {
        Span<int> seen = stackalloc int[256];
        Span<int> known = stackalloc int[256];
        seen.Clear();
        known.Clear();
        var count = 0;
        for (var i = 0; i < cells.Length; i += Stride)
        {
            if (isCovered[i] || !Speaks(cells[i], model[i]))
                continue;
            seen[cells[i]]++;
            known[(int)model[i]]++;
            count++;
        }

        return count < CellsMin ? Same : FromQuartiles(seen, known, count);
    }

    private static bool Speaks(byte cell, float model) => cell is > (byte)GreyMin and < (byte)GreyMax && model is > GreyMin and < GreyMax;

    private static LightFit FromQuartiles(ReadOnlySpan<int> seen, ReadOnlySpan<int> known, int count)
    {
        var (seenLow, seenHigh) = (Quantile(seen, count / 4), Quantile(seen, count * 3 / 4));
        var (knownLow, knownHigh) = (Quantile(known, count / 4), Quantile(known, count * 3 / 4));
        var gain = knownHigh - knownLow < 8 ? 1 : Math.Clamp((float)(seenHigh - seenLow) / (knownHigh - knownLow), 0.4f, 2.5f);
        return new LightFit(gain, (seenLow + seenHigh - gain * (knownLow + knownHigh)) / 2);
    }

    private static int Quantile(ReadOnlySpan<int> histogram, int rank)
    {
        var value = 0;
        for (var below = histogram[0]; below <= rank && value < 255; below += histogram[value])
            value++;
        return value;
    }

    /// <param name="share">Of the cells that say something, how many this light explains.</param>
    private LightFit Refined(ReadOnlySpan<byte> cells, ReadOnlySpan<float> model, ReadOnlySpan<bool> isCovered, out float share)
    {
        double n = 0, x = 0, y = 0, xx = 0, xy = 0;
        var all = 0;
        for (var i = 0; i < cells.Length; i += Stride)
        {
            if (isCovered[i] || !Speaks(cells[i], model[i]))
                continue;
            all++;
            if (MathF.Abs(cells[i] - Gain * model[i] - Offset) > ResidualMax)
                continue;
            n++;
            x += model[i];
            y += cells[i];
            xx += model[i] * model[i];
            xy += model[i] * cells[i];
        }

        share = all < CellsMin ? 1 : (float)n / all;
        var spread = n * xx - x * x;
        if (n < CellsMin || spread < n * n)
            return this;
        var gain = Math.Clamp((float)((n * xy - x * y) / spread), 0.4f, 2.5f);
        return new LightFit(gain, (float)((y - gain * x) / n));
    }
}
