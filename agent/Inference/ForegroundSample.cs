using System.Runtime.InteropServices;
using OpenCvSharp;
using SocialCredit.Edge.Capture;

namespace SocialCredit.Edge.Inference;

/// <summary>
/// A frame as a coarse grid of grey cells, for <see cref="StaticForeground"/> alone: whoever carries it from the worker to the
/// place where frames are in order cannot look into it. Used again for every frame; holds the newest one's cells only.
/// </summary>
public sealed class ForegroundSample : IDisposable
{
    /// <summary>Frames are halved until they have no more cells than this: 4 pixels a side at 720x480, 8 at 1920x1080.</summary>
    private const int CellsMax = 48_000;

    private PictureStage[] _stages = [];

    /// <summary>0..255, row by row.</summary>
    internal byte[] Cells { get; private set; } = [];

    internal int Columns { get; private set; }

    internal int Rows { get; private set; }

    internal int FrameWidth { get; private set; }

    internal int FrameHeight { get; private set; }

    /// <summary>Takes the frame's cells. Allocates nothing but where the size of the frame changes.</summary>
    public void Fill(Frame frame) => Fill(frame.Pixels);

    /// <inheritdoc cref="Fill(Frame)"/>
    /// <param name="bgr">8 bits, 3 channels.</param>
    internal void Fill(Mat bgr)
    {
        if (bgr.Width != FrameWidth || bgr.Height != FrameHeight)
            Reserve(bgr.Width, bgr.Height);
        var picture = bgr;
        foreach (var stage in _stages)
        {
            stage.Resize(picture);
            picture = stage.Picture;
        }

        var pixels = MemoryMarshal.AsBytes(picture.AsSpan<Vec3b>());
        for (var i = 0; i < Cells.Length; i++)
            Cells[i] = (byte)((pixels[3 * i] + 2 * pixels[3 * i + 1] + pixels[3 * i + 2] + 2) >> 2);
    }

    public void Dispose()
    {
        foreach (var stage in _stages)
            stage.Dispose();
        _stages = [];
        (FrameWidth, FrameHeight) = (0, 0);
    }

    private void Reserve(int width, int height)
    {
        Dispose();
        (FrameWidth, FrameHeight) = (width, height);
        var stages = new List<PictureStage>();
        while (width * height > CellsMax)
        {
            (width, height) = ((width + 1) / 2, (height + 1) / 2);
            // At one half, bilinear is the mean of 2x2 pixels; unlike an area's mean it stays fast where a size is odd.
            stages.Add(new PictureStage(new Mat(height, width, MatType.CV_8UC3), InterpolationFlags.Linear));
        }

        (Columns, Rows, Cells, _stages) = (width, height, new byte[width * height], [.. stages]);
    }
}
