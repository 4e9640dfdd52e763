using OpenCvSharp;
using OpenCvSharp.Internal;
using SocialCredit.Edge.Inference.Heads;

namespace SocialCredit.Edge.Inference;

/// <summary>
/// Fits frames into a model's input: scaled by one factor (bilinear) until they touch, placed top left, the rest padded; bytes
/// become float planes [3, height, width]. All buffers are kept between frames of one size; not thread-safe.
/// </summary>
internal sealed class Letterbox(int width, int height, InputFormat format) : IDisposable
{
    private LetterboxScale _scale;
    private byte[] _pixels = [];
    private Mat? _resized;
    private IntPtr _resizedProxy;

    /// <summary>Writes the frame into the tensor and says how it was fitted.</summary>
    /// <param name="bgr">8 bits, 3 channels, any stride.</param>
    /// <param name="tensor">[3, height, width]; always the same memory, because padding is written only when the frame size changes.</param>
    /// <exception cref="ArgumentException">The frame is empty or of another type.</exception>
    public LetterboxScale Fit(Mat bgr, Span<float> tensor)
    {
        var (frameWidth, frameHeight) = (bgr.Width, bgr.Height);
        if (frameWidth <= 0 || frameHeight <= 0 || bgr.Type() != MatType.CV_8UC3)
            throw new ArgumentException($"A frame must be BGR with 8 bits a channel, not {frameWidth}x{frameHeight} of {bgr.Type()}.", nameof(bgr));
        if (frameWidth != _scale.FrameWidth || frameHeight != _scale.FrameHeight)
            Reserve(frameWidth, frameHeight, tensor);
        Resize(bgr, _resizedProxy, _resized!.Size());
        Split(tensor);
        return _scale;
    }

    public void Dispose()
    {
        if (_resizedProxy != IntPtr.Zero)
            NativeMethods.HandleException(NativeMethods.core_OutputArray_delete(_resizedProxy));
        _resizedProxy = IntPtr.Zero;
        _resized?.Dispose();
        _resized = null;
        _scale = default;
    }

    private void Reserve(int frameWidth, int frameHeight, Span<float> tensor)
    {
        Dispose();
        var factor = Math.Min((double)width / frameWidth, (double)height / frameHeight);
        // The product may fall just short of the whole number that it stands for.
        var columns = Math.Clamp((int)(frameWidth * factor + 1e-6), 1, width);
        var rows = Math.Clamp((int)(frameHeight * factor + 1e-6), 1, height);
        _pixels = GC.AllocateUninitializedArray<byte>(rows * columns * 3, pinned: true);
        _resized = Mat.FromPixelData(rows, columns, MatType.CV_8UC3, _pixels);
        NativeMethods.HandleException(NativeMethods.core_OutputArray_new_byMat(_resized.CvPtr, out _resizedProxy));
        tensor.Fill(format.Pad * format.Scale);
        _scale = new LetterboxScale((float)frameWidth / columns, (float)frameHeight / rows, frameWidth, frameHeight);
    }

    // Cv2.Resize makes two finalizable proxies for every call; here the output's is kept and the input's is freed at once.
    private static void Resize(Mat source, IntPtr resizedProxy, Size size)
    {
        NativeMethods.HandleException(NativeMethods.core_InputArray_new_byMat(source.CvPtr, out var sourceProxy));
        try
        {
            NativeMethods.HandleException(NativeMethods.imgproc_resize(sourceProxy, resizedProxy, size, 0, 0, (int)InterpolationFlags.Linear));
        }
        finally
        {
            NativeMethods.HandleException(NativeMethods.core_InputArray_delete(sourceProxy));
            GC.KeepAlive(source);
        }
    }

    private void Split(Span<float> tensor)
    {
        var planes = ColourPlanes.Of(tensor, format.Order);
        var (columns, rows) = (_resized!.Width, _resized.Height);
        if (columns == width)
        {
            planes.Write(_pixels, format.Scale);
            return;
        }

        for (var y = 0; y < rows; y++)
            planes.From(y * width).Write(_pixels.AsSpan(y * columns * 3, columns * 3), format.Scale);
    }
}
