namespace SocialCredit.Edge.Behaviour.Calibration;

/// <summary>
/// How unlikely a camera makes it that people walk as fast towards it as across its picture. Heights alone hardly tell the
/// focal length, which sets how deep the ground is for its breadth; that a walker keeps the pace while turning does.
/// </summary>
internal static class PaceCost
{
    /// <summary>Of the logarithm of a person's pace from one stretch to the next, and between persons (Weidmann 1993: 0.26 of 1.34 m/s).</summary>
    private const double Sigma = 0.2;

    private const double HuberSigmas = 1.5;

    /// <summary>Minus twice the logarithm of the likelihood, but for a constant. All stretches of one track are one witness: they are not independent.</summary>
    public static double Of(IReadOnlyList<Stride> strides, HeightFit fit)
    {
        var view = fit.View;
        var paces = strides.Select(s => (s.From.Track, Log: Math.Log(Pace(s, view, fit.Height)))).ToArray();
        if (paces.Any(p => !double.IsFinite(p.Log)))
            return double.PositiveInfinity;
        var middle = Robust.Median(paces.Select(p => p.Log));
        var cost = 0.0;
        foreach (var track in paces.GroupBy(p => p.Track, p => p.Log))
        {
            var (count, own) = (track.Count(), Robust.Median(track));
            var drawn = middle + ((own - middle) * count / (count + 1));
            cost += track.Average(pace => Robust.Huber((pace - drawn) / Sigma, HuberSigmas)) + Robust.Huber((drawn - middle) / Sigma, HuberSigmas);
        }

        return cost;
    }

    /// <summary>In persons' heights a second; not a number above the horizon.</summary>
    public static double Pace(in Stride stride, in PinholeCamera.View view, double cameraHeight)
    {
        var (from, to) = (view.RayOf(stride.From.X, stride.From.Y), view.RayOf(stride.To.X, stride.To.Y));
        if (!(from.Down > 1e-6 && to.Down > 1e-6))
            return double.NaN;
        var right = (to.Right / to.Down) - (from.Right / from.Down);
        var ahead = (to.Ahead / to.Down) - (from.Ahead / from.Down);
        return cameraHeight * Math.Sqrt((right * right) + (ahead * ahead)) / stride.Seconds;
    }
}
