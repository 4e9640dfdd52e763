using System.Globalization;
using System.Xml.Linq;
using SocialCredit.Edge.Behaviour.Calibration;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Agent.Tests.Behaviour.Calibration;

/// <summary>
/// A camera as Tsai models it (A versatile camera calibration technique, IEEE J. Robotics and Automation, 1987), lens distortion
/// of the first order and all: what the makers of PETS2009 surveyed their views with. Millimetres.
/// </summary>
internal sealed class TsaiCamera
{
    private readonly double[,] _rotation;
    private readonly double[] _centre;
    private readonly (double X, double Y) _pixel;
    private readonly (double X, double Y) _middle;
    private readonly (double Focal, double Kappa) _lens;

    /// <param name="path">The XML that PETS2009 comes with.</param>
    public TsaiCamera(string path)
    {
        var camera = XDocument.Load(path).Root!;
        double Value(string element, string name) => double.Parse(camera.Element(element)!.Attribute(name)!.Value, CultureInfo.InvariantCulture);
        (Width, Height) = ((int)Value("Geometry", "width"), (int)Value("Geometry", "height"));
        _pixel = (Value("Geometry", "dpx") / Value("Intrinsic", "sx"), Value("Geometry", "dpy"));
        _middle = (Value("Intrinsic", "cx"), Value("Intrinsic", "cy"));
        _lens = (Value("Intrinsic", "focal"), Value("Intrinsic", "kappa1"));
        _rotation = Rotation(Value("Extrinsic", "rx"), Value("Extrinsic", "ry"), Value("Extrinsic", "rz"));
        double[] translation = [Value("Extrinsic", "tx"), Value("Extrinsic", "ty"), Value("Extrinsic", "tz")];
        _centre = [.. ToWorld(translation).Select(value => -value)];
    }

    /// <summary>Pixels.</summary>
    public int Width { get; }

    /// <summary>Pixels.</summary>
    public int Height { get; }

    public double Aspect => (double)Width / Height;

    public double HeightMetres => _centre[2] / 1000;

    /// <summary>How far the middle of the picture looks down.</summary>
    public double TiltDegrees => double.RadiansToDegrees(Math.Asin(-RayOf(new Point(0.5f, 0.5f))[2] / Size(RayOf(new Point(0.5f, 0.5f)))));

    /// <summary>Between the middles of the picture's left and right edge.</summary>
    public double FieldOfViewDegrees
    {
        get
        {
            var (left, right) = (RayOf(new Point(0, 0.5f)), RayOf(new Point(1, 0.5f)));
            return double.RadiansToDegrees(Math.Acos(left.Zip(right, (a, b) => a * b).Sum() / Size(left) / Size(right)));
        }
    }

    /// <summary>Where a point of the picture, 0..1, is on the ground.</summary>
    public MeasuredPoint Place(Point image)
    {
        var ray = RayOf(image);
        Assert.True(ray[2] < 0, $"{image} shows the sky.");
        var reach = -_centre[2] / ray[2];
        return new MeasuredPoint(image, new Point((float)((_centre[0] + (reach * ray[0])) / 1000), (float)((_centre[1] + (reach * ray[1])) / 1000)));
    }

    private double[] RayOf(Point image)
    {
        var (x, y) = (_pixel.X * ((image.X * Width) - _middle.X), _pixel.Y * ((image.Y * Height) - _middle.Y));
        var straightened = 1 + (_lens.Kappa * ((x * x) + (y * y)));
        return ToWorld([x * straightened, y * straightened, _lens.Focal]);
    }

    /// <summary>The rotation is from the world to the camera; its inverse is its transpose.</summary>
    private double[] ToWorld(double[] v) =>
        [.. Enumerable.Range(0, 3).Select(i => (_rotation[0, i] * v[0]) + (_rotation[1, i] * v[1]) + (_rotation[2, i] * v[2]))];

    /// <summary>About x, then y, then z.</summary>
    private static double[,] Rotation(double x, double y, double z)
    {
        var ((sx, cx), (sy, cy), (sz, cz)) = (Math.SinCos(x), Math.SinCos(y), Math.SinCos(z));
        return new[,]
        {
            { cy * cz, (sx * sy * cz) - (cx * sz), (cx * sy * cz) + (sx * sz) },
            { cy * sz, (sx * sy * sz) + (cx * cz), (cx * sy * sz) - (sx * cz) },
            { -sy, sx * cy, cx * cy },
        };
    }

    private static double Size(double[] v) => Math.Sqrt(v.Sum(value => value * value));
}
