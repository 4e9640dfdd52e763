using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Behaviour.Calibration;

/// <summary>
/// A camera without lens distortion above flat ground: square pixels, its axis through the middle of the picture (Hartley and
/// Zisserman, Multiple View Geometry, 2nd ed., section 6.1).
/// </summary>
/// <param name="HeightMetres">Above the ground, above 0.</param>
/// <param name="TiltDegrees">How far it looks down: 0 at the horizon, 90 straight down.</param>
/// <param name="RollDegrees">How far it is turned clockwise about its axis, as seen from behind it.</param>
/// <param name="FieldOfViewDegrees">From the left edge of the picture to the right one.</param>
public sealed record PinholeCamera(double HeightMetres, double TiltDegrees, double RollDegrees, double FieldOfViewDegrees)
{
    /// <summary>Ground metres with the origin below the camera, x to its right and y where it looks.</summary>
    /// <param name="aspect">Width of the frame over its height.</param>
    public GroundPlane ToGround(double aspect)
    {
        var view = new View(FocalOf(FieldOfViewDegrees, aspect), double.DegreesToRadians(TiltDegrees), double.DegreesToRadians(RollDegrees));
        var origin = view.RayOf(-aspect / 2, -0.5);
        var (right, bottom) = (view.RayOf(aspect / 2, -0.5) - origin, view.RayOf(-aspect / 2, 0.5) - origin);
        var h = HeightMetres;
        return new GroundPlane(
            [
                h * right.Right, h * bottom.Right, h * origin.Right,
                h * right.Ahead, h * bottom.Ahead, h * origin.Ahead,
                right.Down, bottom.Down, origin.Down,
            ],
            new Point(0.5f, 1));
    }

    /// <summary>Focal length in heights of the picture.</summary>
    internal static double FocalOf(double fieldOfViewDegrees, double aspect) =>
        aspect / 2 / Math.Tan(double.DegreesToRadians(fieldOfViewDegrees) / 2);

    /// <summary>A direction from the camera, its parts in level space.</summary>
    internal readonly record struct Ray(double Right, double Ahead, double Down)
    {
        public static Ray operator -(Ray a, Ray b) => new(a.Right - b.Right, a.Ahead - b.Ahead, a.Down - b.Down);
    }

    /// <summary>How the camera stands, without its height. Places in the picture are in its heights, from its middle, y down.</summary>
    internal readonly struct View(double focal, double tilt, double roll)
    {
        private readonly (double Sin, double Cos) _tilt = Math.SinCos(tilt);
        private readonly (double Sin, double Cos) _roll = Math.SinCos(roll);

        public Ray RayOf(double x, double y)
        {
            var (levelX, levelY) = ((x * _roll.Cos) - (y * _roll.Sin), (x * _roll.Sin) + (y * _roll.Cos));
            return new Ray(levelX, (focal * _tilt.Cos) - (levelY * _tilt.Sin), (focal * _tilt.Sin) + (levelY * _tilt.Cos));
        }

        /// <summary>Height in the picture of an upright person of height 1 whose foot is at (x, y); not a number above the horizon.</summary>
        /// <param name="cameraHeight">In persons' heights.</param>
        public double PersonHeight(double x, double y, double cameraHeight)
        {
            var foot = RayOf(x, y);
            if (!(foot.Down > 1e-6))
                return double.NaN;
            var reach = cameraHeight / foot.Down;
            var (right, ahead, down) = (reach * foot.Right, reach * foot.Ahead, cameraHeight - 1);
            var depth = (ahead * _tilt.Cos) + (down * _tilt.Sin);
            var (headX, headY) = (focal * right / depth, focal * ((down * _tilt.Cos) - (ahead * _tilt.Sin)) / depth);
            var height = y - ((headY * _roll.Cos) - (headX * _roll.Sin));
            return depth > 1e-6 && height > 1e-6 ? height : double.NaN;
        }
    }
}
