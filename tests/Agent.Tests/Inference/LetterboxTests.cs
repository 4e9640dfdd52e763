using CsCheck;
using OpenCvSharp;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Inference;
using SocialCredit.Edge.Inference.Heads;

namespace SocialCredit.Edge.Agent.Tests.Inference;

public sealed class LetterboxTests
{
    private static readonly Gen<InputFormat> Formats =
        Gen.Select(Gen.Bool.Select(isRgb => isRgb ? ChannelOrder.Rgb : ChannelOrder.Bgr), Gen.Bool.Select(isUnit => isUnit ? 1f : 1 / 255f), Gen.Byte)
            .Select((order, scale, pad) => new InputFormat(order, scale, pad));

    [Fact]
    public void It_equals_a_slow_reference_for_any_size_and_any_part_of_a_picture() =>
        Gen.Select(Gen.Int[1, 150], Gen.Int[1, 150], Gen.Int[1, 90], Gen.Int[1, 90], Formats).Sample((frameWidth, frameHeight, width, height, format) =>
        {
            using var whole = Noise(frameWidth + 7, frameHeight + 5);
            using var part = whole[new Rect(4, 3, frameWidth, frameHeight)];
            using var letterbox = new Letterbox(width, height, format);
            var tensor = new float[3 * width * height];

            letterbox.Fit(part, tensor);

            // One step of a byte: OpenCV computes with 11 bits of fraction and rounds; at every halving as well.
            var halvings = (int)Math.Max(0, Math.Floor(-Math.Log2(Math.Min((double)width / frameWidth, (double)height / frameHeight))));
            AssertClose(Reference(part, width, height, format), tensor, (1.01f + halvings) * format.Scale);
        });

    [Fact]
    public void A_frame_of_another_size_leaves_nothing_of_the_one_before()
    {
        var format = new InputFormat(ChannelOrder.Bgr, 1, 114);
        using var letterbox = new Letterbox(64, 64, format);
        using var wide = Noise(100, 40);
        using var tall = Noise(40, 100);
        var tensor = new float[3 * 64 * 64];
        letterbox.Fit(wide, tensor);

        letterbox.Fit(tall, tensor);

        AssertClose(Reference(tall, 64, 64, format), tensor, 1.01f);
    }

    [Fact]
    public void A_line_one_pixel_wide_is_not_leapt_over()
    {
        using var frame = new Mat(192 * 6, 320 * 6, MatType.CV_8UC3, Scalar.All(0));
        using var letterbox = new Letterbox(320, 192, new InputFormat(ChannelOrder.Bgr, 1, 114));
        var tensor = new float[3 * 192 * 320];
        for (var column = 0; column < 6; column++)
        {
            using var line = frame[new Rect(600 + column, 0, 1, frame.Height)];
            line.SetTo(Scalar.All(255));

            letterbox.Fit(frame, tensor);

            // A sixth of 255, wherever in its input pixel the line stands; bilinear alone gives nothing or half of it.
            Assert.InRange(tensor.AsSpan(0, 320).ToArray().Sum(), 30, 65);
            line.SetTo(Scalar.All(0));
        }
    }

    [Fact]
    public void Boxes_come_back_to_where_they_were() =>
        Gen.Select(Gen.Int[40, 2000], Gen.Int[40, 2000]).Sample((frameWidth, frameHeight) =>
        {
            using var frame = new Mat(frameHeight, frameWidth, MatType.CV_8UC3, Scalar.All(0));
            using var letterbox = new Letterbox(416, 416, new InputFormat(ChannelOrder.Bgr, 1, 114));

            var scale = letterbox.Fit(frame, new float[3 * 416 * 416]);

            var factor = Math.Min(416.0 / frameWidth, 416.0 / frameHeight);
            var all = scale.ToFrame(new Box(0, 0, (int)(frameWidth * factor + 1e-6), (int)(frameHeight * factor + 1e-6)));
            Assert.Equal(0, all.Left);
            Assert.Equal(frameWidth, all.Right, 0.01);
            Assert.Equal(frameHeight, all.Bottom, 0.01);
        });

    [Fact]
    public void A_box_is_cut_to_the_frame()
    {
        var scale = new LetterboxScale(2, 2, 100, 80);

        Assert.Equal(new Box(0, 10, 100, 80), scale.ToFrame(new Box(-5, 5, 60, 70)));
    }

    [Fact]
    public void A_frame_that_is_not_BGR_is_refused()
    {
        using var letterbox = new Letterbox(64, 64, new InputFormat(ChannelOrder.Bgr, 1, 114));
        using var grey = new Mat(10, 20, MatType.CV_8UC1, Scalar.All(0));
        using var empty = new Mat();

        var refused = Assert.Throws<ArgumentException>(() => letterbox.Fit(grey, new float[3 * 64 * 64]));
        Assert.Throws<ArgumentException>(() => letterbox.Fit(empty, new float[3 * 64 * 64]));

        Assert.Contains("must be BGR with 8 bits a channel, not 20x10 of CV_8UC1", refused.Message, StringComparison.Ordinal);
    }

    private static Mat Noise(int width, int height)
    {
        var bytes = new byte[width * height * 3];
        new Random(width * 10007 + height).NextBytes(bytes);
        var mat = new Mat(height, width, MatType.CV_8UC3);
        System.Runtime.InteropServices.Marshal.Copy(bytes, 0, mat.Data, bytes.Length);
        return mat;
    }

    // Halved while it is twice too large, then bilinear between pixel centres, edges repeated; pixel by pixel in doubles.
    private static float[] Reference(Mat frame, int width, int height, InputFormat format)
    {
        var factor = Math.Min((double)width / frame.Width, (double)height / frame.Height);
        var columns = Math.Clamp((int)(frame.Width * factor + 1e-6), 1, width);
        var rows = Math.Clamp((int)(frame.Height * factor + 1e-6), 1, height);
        using var bgr = frame.Clone();
        for (; factor <= 0.5; factor *= 2)
            Halve(bgr);
        var tensor = new float[3 * width * height];
        Array.Fill(tensor, format.Pad * format.Scale);
        for (var y = 0; y < rows; y++)
        {
            for (var x = 0; x < columns; x++)
            {
                for (var channel = 0; channel < 3; channel++)
                {
                    var plane = format.Order == ChannelOrder.Bgr ? channel : 2 - channel;
                    tensor[(plane * height + y) * width + x] = (float)Sample(bgr, x, y, (columns, rows, channel)) * format.Scale;
                }
            }
        }

        return tensor;
    }

    private static void Halve(Mat bgr)
    {
        var (width, height) = (bgr.Width, bgr.Height);
        var (halfWidth, halfHeight) = ((width + 1) / 2, (height + 1) / 2);
        using var half = new Mat(halfHeight, halfWidth, MatType.CV_8UC3);
        for (var y = 0; y < halfHeight; y++)
        {
            for (var x = 0; x < halfWidth; x++)
            {
                var sum = new double[3];
                foreach (var (row, high) in Covered(y, height, halfHeight))
                {
                    foreach (var (column, wide) in Covered(x, width, halfWidth))
                    {
                        var pixel = bgr.At<Vec3b>(row, column);
                        for (var channel = 0; channel < 3; channel++)
                            sum[channel] += pixel[channel] * high * wide;
                    }
                }

                half.Set(y, x, new Vec3b((byte)(sum[0] + 0.5), (byte)(sum[1] + 0.5), (byte)(sum[2] + 0.5)));
            }
        }

        half.CopyTo(bgr);
    }

    // Which of `from` pixels lie below pixel `at` of `to`, and which share of it each has.
    private static IEnumerable<(int Index, double Share)> Covered(int at, int from, int to)
    {
        var ratio = (double)from / to;
        var (start, end) = (at * ratio, (at + 1) * ratio);
        for (var index = (int)start; index < Math.Min(from, Math.Ceiling(end - 1e-9)); index++)
            yield return (index, (Math.Min(end, index + 1) - Math.Max(start, index)) / ratio);
    }

    private static double Sample(Mat bgr, int x, int y, (int Columns, int Rows, int Channel) at)
    {
        var u = Math.Clamp((x + 0.5) * bgr.Width / at.Columns - 0.5, 0, bgr.Width - 1);
        var v = Math.Clamp((y + 0.5) * bgr.Height / at.Rows - 0.5, 0, bgr.Height - 1);
        var (left, top) = ((int)u, (int)v);
        var (right, bottom) = (Math.Min(left + 1, bgr.Width - 1), Math.Min(top + 1, bgr.Height - 1));
        double Pixel(int row, int column) => bgr.At<Vec3b>(row, column)[at.Channel];
        var above = Pixel(top, left) * (1 - (u - left)) + Pixel(top, right) * (u - left);
        var below = Pixel(bottom, left) * (1 - (u - left)) + Pixel(bottom, right) * (u - left);
        return above * (1 - (v - top)) + below * (v - top);
    }

    private static void AssertClose(float[] expected, float[] actual, float tolerance)
    {
        for (var i = 0; i < expected.Length; i++)
        {
            if (!(MathF.Abs(expected[i] - actual[i]) <= tolerance))
                Assert.Fail($"value {i}: expected {expected[i]}, found {actual[i]}");
        }
    }
}
