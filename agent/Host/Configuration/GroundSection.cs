using System.ComponentModel.DataAnnotations;
using System.Globalization;
using SocialCredit.Edge.Behaviour.Calibration;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Host.Configuration;

/// <summary>
/// Metres on the ground of one camera: <c>points</c> that were measured, or a <c>camera</c> as <c>edge calibrate persons</c>
/// prints it. Lens distortion is not modelled.
/// </summary>
public sealed record GroundSection
{
    /// <summary>Four or more places, found in the picture and measured on the ground; the fifth shows the error.</summary>
    public IReadOnlyList<GroundPointSection> Points { get; init; } = [];

    /// <summary>A point that is further off than this refuses the calibration.</summary>
    [Range(0.01, 10.0)]
    public double ErrorMetresMax { get; init; } = 0.3;

    /// <summary>How the camera stands, instead of points.</summary>
    public GroundCameraSection? Camera { get; init; }

    /// <summary>The plane of a section without faults; null where it has some, see <see cref="FindFaults"/>.</summary>
    public GroundPlane? ToPlane(Aspect aspect)
    {
        if (Camera is not null)
        {
            var isInRange = Validator.TryValidateObject(Camera, new ValidationContext(Camera), null, validateAllProperties: true);
            return isInRange && aspect.Ratio > 0 ? Camera.ToCamera().ToGround(aspect.Ratio) : null;
        }

        return FindFaults(aspect).Any() ? null : Fit(aspect, out _)?.Plane;
    }

    /// <summary>Every fault: the key below <c>ground</c>, what is wrong, and what to do.</summary>
    internal IEnumerable<(string Key, string Problem, string Hint)> FindFaults(Aspect aspect)
    {
        if (Camera is null == (Points.Count == 0))
            return [("", "needs points or camera, one of them.", "Write points: with four or more, or camera: as edge calibrate persons prints it.")];
        if (Camera is not null)
        {
            return aspect.Ratio > 0
                ? []
                : [("camera", "needs the picture's form, and the camera's aspect is any.", "Write its aspect, such as 16:9.")];
        }

        var fit = Fit(aspect, out var faults);
        if (fit?.Refusal(ErrorMetresMax) is { } tooFarOff)
            faults = [tooFarOff];
        return faults.Select(fault => (fault.Index is { } i ? $"points[{i}]" : "points", fault.Problem, fault.Hint));
    }

    /// <summary>Null, and why, where the points make no plane; its error may still be too large.</summary>
    internal PointFit? Fit(Aspect aspect, out IReadOnlyList<PointFault> faults) => PointFit.Make(
        [.. Points.Select(point => new MeasuredPoint(point.Image, point.Metres))], aspect.Ratio > 0 ? aspect.Ratio : 1, out faults);

    /// <summary>One line on how right the calibration is. Call only on a section without faults.</summary>
    internal string Summary(Aspect aspect)
    {
        if (Camera is { } camera)
        {
            return Text($"ground from a camera {camera.HeightMetres:0.##} m up, {camera.TiltDegrees:0.#} degrees down, {camera.FieldOfViewDegrees:0.#} degrees across; its error stands in what edge calibrate persons said");
        }

        var fit = Fit(aspect, out _)!;
        if (fit.IsExact)
            return "ground from 4 points: through four points every plane is exact, so the error is not known; measure a fifth";
        var worst = fit.ErrorsMetres.Select((error, i) => (error, i)).Max().i;
        var leftOut = double.IsNaN(fit.LeftOutRmsMetres) ? "" : Text($"; of a point that is left out {fit.LeftOutRmsMetres:0.00} m");
        return Text($"ground from {fit.Points.Count} points: error {fit.RmsMetres:0.00} m, at most {fit.LargestMetres:0.00} m (points[{worst}]){leftOut}");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>One place of the ground.</summary>
public sealed record GroundPointSection
{
    /// <summary>In 0..1 of the picture.</summary>
    public required Point Image { get; init; }

    /// <summary>On the ground, from any corner that was chosen; the same origin and axes for all points.</summary>
    public required Point Metres { get; init; }
}

/// <summary>How a camera stands above flat ground.</summary>
public sealed record GroundCameraSection
{
    [Range(0.5, 200.0)]
    public required double HeightMetres { get; init; }

    /// <summary>How far it looks down: 0 at the horizon, 90 straight down.</summary>
    [Range(0.0, 90.0)]
    public required double TiltDegrees { get; init; }

    /// <summary>How far it is turned clockwise, as seen from behind it.</summary>
    [Range(-45.0, 45.0)]
    public double RollDegrees { get; init; }

    /// <summary>From the left edge of the picture to the right one.</summary>
    [Range(2.0, 150.0)]
    public required double FieldOfViewDegrees { get; init; }

    internal PinholeCamera ToCamera() => new(HeightMetres, TiltDegrees, RollDegrees, FieldOfViewDegrees);
}
