using System.Globalization;

namespace SocialCredit.Edge.Behaviour.Calibration;

/// <summary>
/// A camera above flat ground from persons who walk through its picture. Their mean height must be known: it is the only
/// length in the picture, so every metre is as right as it is (Liu, Collins and Liu, Surveillance camera autocalibration
/// based on pedestrian height distributions, BMVC 2011).
/// </summary>
public sealed class WalkerFit
{
    /// <summary>Mean of grown women and men, in shoes.</summary>
    public const double PersonHeightMetres = 1.70;

    public const int TracksMin = 6;
    public const int PlacesMin = 60;

    /// <summary>Heights in the picture, the largest tenth to the smallest.</summary>
    private const double DepthRatioMin = 1.3;

    private const int NarrowestDegrees = 20;
    private const int WidestDegrees = 110;
    private const double RangeRatioMax = 2;
    private const double SpreadMax = 0.15;
    private const double TiltDegreesMax = 50;

    private WalkerFit(HeightFit fit, double fieldOfView, double personHeight) =>
        (Camera, DeviationSigma) = (
            new PinholeCamera(fit.Height * personHeight, double.RadiansToDegrees(fit.Tilt), double.RadiansToDegrees(fit.Roll), fieldOfView),
            Robust.Sigma([.. fit.Deviations]));

    public PinholeCamera Camera { get; }

    public int Tracks { get; private init; }

    /// <summary>Sightings that were used, at most one for each place of a track.</summary>
    public int Places { get; private init; }

    /// <summary>Spread of the persons' heights under the fit, as a share of their mean: people's own, and all that is wrong.</summary>
    public double DeviationSigma { get; }

    /// <summary>One standard error.</summary>
    public double TiltErrorDegrees { get; private init; }

    /// <summary>One standard error, as a share, persons' mean height taken as known.</summary>
    public double HeightErrorShare { get; private init; }

    /// <summary>From where to where the field of view is as likely as not (one standard error); both equal where it was given.</summary>
    public (double Low, double High) FieldOfViewRange { get; private init; }

    /// <summary>What distances would be at the two ends of that range, as a share of what they are.</summary>
    public (double Low, double High) DistanceRange { get; private init; } = (1, 1);

    /// <summary>The middle pace of those who walked, metres a second: 1.0 to 1.6 is usual. Not a number where nobody walked on.</summary>
    public double PaceMetresPerSecond { get; private init; }

    /// <summary>Null and why not, or the fit.</summary>
    /// <param name="sightings">Of a whole clip.</param>
    /// <param name="personHeightMetres">Mean of who walks there.</param>
    /// <param name="fieldOfViewDegrees">Across the picture, from the camera's data sheet; null to estimate it.</param>
    public static WalkerFit? Make(WalkerSightings sightings, double personHeightMetres, double? fieldOfViewDegrees, out string? fault)
    {
        var places = sightings.Places();
        fault = TooFew(places);
        if (fault is not null)
            return null;
        var strides = sightings.Strides();
        var found = fieldOfViewDegrees is { } known
            ? Known(places, known, sightings.Aspect)
            : Estimated(places, strides, sightings.Aspect, out fault);
        if (found is not { } best)
        {
            fault ??= "No camera above flat ground makes these persons equally high. Is the ground flat, and the field of view right? Else measure points.";
            return null;
        }

        var paces = new[] { best.Low, best.Best, best.High }.Select(fit => MedianPace(strides, fit)).ToArray();
        var result = new WalkerFit(best.Best, best.Degrees.Best, personHeightMetres)
        {
            Tracks = places.DistinctBy(p => p.Track).Count(),
            Places = places.Count,
            TiltErrorDegrees = double.RadiansToDegrees(best.Best.StandardErrors[0]),
            HeightErrorShare = best.Best.StandardErrors[2],
            FieldOfViewRange = (best.Degrees.Low, best.Degrees.High),
            DistanceRange = fieldOfViewDegrees is null ? (paces.Min() / paces[1], paces.Max() / paces[1]) : (1, 1),
            PaceMetresPerSecond = paces[1] * personHeightMetres,
        };
        fault = result.Doubt();
        return fault is null ? result : null;
    }

    private static string? TooFew(List<Sighting> places)
    {
        var tracks = places.DistinctBy(p => p.Track).Count();
        if (tracks < TracksMin || places.Count < PlacesMin)
            return Text($"Only {tracks} persons at {places.Count} places were seen whole and upright; {TracksMin} at {PlacesMin} are needed. Take a longer clip with people walking all over the picture.");
        var (far, near) = (Robust.Quantile(places.Select(p => p.Height), 0.1), Robust.Quantile(places.Select(p => p.Height), 0.9));
        return near < DepthRatioMin * far
            ? Text($"Persons were seen at one distance only: they are {100 * far:0.#} % to {100 * near:0.#} % of the picture high. Take a clip where people walk near and far, or measure points.")
            : null;
    }

    private static Candidates? Known(List<Sighting> places, double degrees, double aspect) =>
        HeightFit.Make(places, PinholeCamera.FocalOf(degrees, aspect)) is { } fit
            ? new Candidates(fit, fit, fit, (degrees, degrees, degrees))
            : null;

    private static Candidates? Estimated(List<Sighting> places, List<Stride> strides, double aspect, out string? fault)
    {
        fault = strides.DistinctBy(s => s.From.Track).Count() < TracksMin
            ? "Too few persons walked on for two seconds to estimate the field of view. Give it with --field-of-view (degrees across the picture, from the camera's data sheet)."
            : null;
        if (fault is not null)
            return null;
        var tried = new List<(int Degrees, HeightFit Fit, double Cost)>();
        for (var degrees = NarrowestDegrees; degrees <= WidestDegrees; degrees++)
        {
            if (HeightFit.Make(places, PinholeCamera.FocalOf(degrees, aspect)) is { } fit)
                tried.Add((degrees, fit, fit.Cost + PaceCost.Of(strides, fit)));
        }

        if (tried.Count == 0)
            return null;
        var best = tried.MinBy(t => t.Cost);
        var likely = tried.Where(t => t.Cost <= best.Cost + 1).ToArray();
        var (low, high) = (likely.MinBy(t => t.Degrees), likely.MaxBy(t => t.Degrees));
        var isOpen = low.Degrees == NarrowestDegrees || high.Degrees == WidestDegrees || high.Degrees > RangeRatioMax * low.Degrees;
        if (isOpen)
        {
            fault = Text($"These persons leave the field of view open: anything from {low.Degrees} to {high.Degrees} degrees fits. Give it with --field-of-view (degrees across the picture, from the camera's data sheet).");
            return null;
        }

        return new Candidates(low.Fit, best.Fit, high.Fit, (low.Degrees, best.Degrees, high.Degrees));
    }

    private static double MedianPace(List<Stride> strides, HeightFit fit)
    {
        var view = fit.View;
        return Robust.Median(strides.Select(s => PaceCost.Pace(s, view, fit.Height)));
    }

    private string? Doubt()
    {
        if (DeviationSigma > SpreadMax)
            return Text($"Under the best camera persons' heights still differ by {100 * DeviationSigma:0} %, more than {100 * SpreadMax:0} %: the ground is not flat, or many boxes are no whole persons. Measure points.");
        if (Camera.TiltDegrees is < 0 or > TiltDegreesMax)
            return Text($"The camera seems to look {Camera.TiltDegrees:0} degrees down; from 0 to {TiltDegreesMax:0} a person's box tells its height. Measure points.");
        return null;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed record Candidates(HeightFit Low, HeightFit Best, HeightFit High, (double Low, double Best, double High) Degrees);
}
