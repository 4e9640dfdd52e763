using OpenCvSharp;
using OpenCvSharp.Internal;

namespace SocialCredit.Edge.Inference;

/// <summary>One size on the way down from a frame to a small picture: that picture, kept, and how it is made from the one before.</summary>
internal sealed class PictureStage : IDisposable
{
    private readonly InterpolationFlags _interpolation;
    private readonly Size _size;
    private IntPtr _proxy;

    /// <param name="picture">Owned from now on; its size is the one to reach.</param>
    /// <param name="interpolation">How.</param>
    public PictureStage(Mat picture, InterpolationFlags interpolation)
    {
        (Picture, _interpolation, _size) = (picture, interpolation, picture.Size());
        NativeMethods.HandleException(NativeMethods.core_OutputArray_new_byMat(picture.CvPtr, out _proxy));
    }

    public Mat Picture { get; }

    // Cv2.Resize makes two finalizable proxies for every call; here the output's is kept and the input's is freed at once.
    public void Resize(Mat source)
    {
        NativeMethods.HandleException(NativeMethods.core_InputArray_new_byMat(source.CvPtr, out var sourceProxy));
        try
        {
            NativeMethods.HandleException(NativeMethods.imgproc_resize(sourceProxy, _proxy, _size, 0, 0, (int)_interpolation));
        }
        finally
        {
            NativeMethods.HandleException(NativeMethods.core_InputArray_delete(sourceProxy));
            GC.KeepAlive(source);
        }
    }

    public void Dispose()
    {
        if (_proxy != IntPtr.Zero)
            NativeMethods.HandleException(NativeMethods.core_OutputArray_delete(_proxy));
        _proxy = IntPtr.Zero;
        Picture.Dispose();
    }
}
