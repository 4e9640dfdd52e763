using System.Diagnostics.CodeAnalysis;

namespace SocialCredit.Edge.Capture;

/// <summary>
/// A few frames that are used over and over, so that taking a picture allocates nothing. Bounded: when all are out,
/// renting waits until one comes back.
/// </summary>
internal sealed class FramePool(int framesMax) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Stack<Frame> _idle = new(framesMax);
    private readonly SemaphoreSlim _free = new(framesMax);
    private volatile bool _isDisposed;

    public int FramesMax => framesMax;

    /// <summary>False where every frame is still out after <paramref name="timeout"/>, or the pool is disposed.</summary>
    public bool TryRent(TimeSpan timeout, [NotNullWhen(true)] out Frame? frame)
    {
        frame = null;
        if (_isDisposed || !_free.Wait(timeout) || _isDisposed)
            return false;
        lock (_gate)
        {
            if (!_idle.TryPop(out frame))
                frame = new Frame(this);
        }

        frame.MarkRented();
        return true;
    }

    /// <summary>A frame that comes back after the pool was disposed gives its pixels back at once.</summary>
    public void Return(Frame frame)
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                frame.Pixels.Dispose();
                return;
            }

            _idle.Push(frame);
        }

        _free.Release();
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            while (_idle.TryPop(out var frame))
                frame.Pixels.Dispose();
        }

        // Wakes the one thread that may wait for a frame; the semaphore has no handle that would need disposing.
        _free.Release();
    }
}
