using OpenCvSharp;

namespace SocialCredit.Edge.Tests.Capture;

/// <summary>What happens to a camera on a pole, put onto real frames. Each gives a new picture and leaves the given one alone.</summary>
internal static class Disturbance
{
    /// <summary>Out of focus: 5 pixels of a picture 768 wide.</summary>
    public static Mat Blur(Mat picture)
    {
        var blurred = new Mat();
        Cv2.GaussianBlur(picture, blurred, new Size(0, 0), 5.0 * picture.Cols / 768);
        return blurred;
    }

    /// <summary>Spray or a bag: nothing but a soft gradient and the sensor's noise.</summary>
    public static Mat Cover(Mat picture)
    {
        using var coarse = new Mat(3, 4, MatType.CV_8UC3);
        coarse.SetArray([.. Enumerable.Range(0, 12).Select(i => new Vec3b((byte)(80 + (i * 7 % 23)), (byte)(82 + (i * 5 % 21)), (byte)(88 + (i * 11 % 19))))]);
        var covered = new Mat();
        Cv2.Resize(coarse, covered, picture.Size(), 0, 0, InterpolationFlags.Cubic);
        return WithNoise(covered, 2, Cv2.Sum(picture).Val0);
    }

    /// <summary>Turned aside by a fifth of the picture's width; what comes into view is the mirror of what went.</summary>
    public static Mat Turn(Mat picture)
    {
        var by = picture.Cols / 5;
        using var mirrored = picture.Flip(FlipMode.Y);
        var turned = new Mat();
        using var stays = picture.ColRange(by, picture.Cols);
        using var comes = mirrored.ColRange(0, by);
        Cv2.HConcat([stays, comes], turned);
        return turned;
    }

    /// <summary>The lamps are out and one window is lit: so much of the light, and the noise of a sensor that does what it can.</summary>
    public static Mat Dim(Mat picture, double light = 0.04)
    {
        var dimmed = new Mat();
        picture.ConvertTo(dimmed, picture.Type(), light);
        Cv2.Rectangle(dimmed, new Rect(picture.Cols / 2, picture.Rows / 8, picture.Cols / 20, picture.Rows / 15), Scalar.All(200), -1);
        return WithNoise(dimmed, 1.5, Cv2.Sum(picture).Val0);
    }

    /// <summary>A lorry that stands close: six tenths of the picture are a plain side wall.</summary>
    public static Mat Lorry(Mat picture)
    {
        var hidden = picture.Clone();
        Cv2.Rectangle(hidden, new Rect(0, picture.Rows / 10, picture.Cols * 2 / 3, picture.Rows - (picture.Rows / 10)), new Scalar(170, 165, 160), -1);
        return hidden;
    }

    /// <summary>Two headlights that shine into the lens.</summary>
    public static Mat Headlights(Mat picture)
    {
        using var glare = new Mat(picture.Size(), MatType.CV_8UC3, Scalar.Black);
        foreach (var at in (double[])[0.3, 0.5])
            Cv2.Circle(glare, new Point(at * picture.Cols, 0.6 * picture.Rows), picture.Cols / 12, Scalar.All(250), -1);
        using var soft = new Mat();
        Cv2.Blur(glare, soft, new Size(picture.Cols / 10, picture.Cols / 10));
        var lit = new Mat();
        Cv2.Add(picture, soft, lit);
        return lit;
    }

    /// <summary>A pole in the wind: by a hundredth of the width to and fro.</summary>
    public static Mat Sway(Mat picture, int look)
    {
        var swayed = new Mat();
        using var shift = new Mat(2, 3, MatType.CV_64FC1);
        var by = picture.Cols * 0.01 * Math.Sin(look * 1.7);
        shift.SetArray([1.0, 0, by, 0, 1, by / 3]);
        Cv2.WarpAffine(picture, swayed, shift, picture.Size(), InterpolationFlags.Linear, BorderTypes.Reflect);
        return swayed;
    }

    /// <summary>Other light: each level to the power given, so that dark parts and bright parts change differently.</summary>
    public static Mat Relight(Mat picture, double power)
    {
        var levels = Enumerable.Range(0, 256).Select(level => (byte)Math.Round(255 * Math.Pow(level / 255.0, power))).ToArray();
        var lit = new Mat();
        Cv2.LUT(picture, levels, lit);
        return lit;
    }

    private static Mat WithNoise(Mat picture, double deviation, double seed)
    {
        using (picture)
        {
            using var noise = new Mat(picture.Size(), MatType.CV_16SC3);

            // Each picture has noise of its own, as a sensor's, and the same in each run.
            Cv2.SetTheRNG((ulong)(1 + seed));
            Cv2.Randn(noise, Scalar.All(0), Scalar.All(deviation));
            var noisy = new Mat();
            Cv2.Add(picture, noise, noisy, null, MatType.CV_8U);
            return noisy;
        }
    }
}
