using System.Diagnostics.CodeAnalysis;

namespace SocialCredit.Edge.Capture;

/// <summary>
/// Between a source and whoever takes its frames. A live source keeps its newest frame only and counts the ones it
/// replaced; a file waits until there is room, so that every frame arrives.
/// </summary>
internal sealed class FrameQueue(bool keepsNewestOnly, int framesMax) : IDisposable
{
    private readonly Queue<Frame> _frames = new(framesMax);
    private bool _isComplete;
    private bool _isDisposed;

    /// <summary>Frames that were replaced before anyone took them.</summary>
    public long Dropped { get; private set; }

    /// <summary>Nothing is left and nothing will come.</summary>
    public bool IsDrained
    {
        get
        {
            lock (_frames)
                return _isComplete && _frames.Count == 0;
        }
    }

    /// <summary>Takes the frame over, whatever the answer.</summary>
    /// <returns>False where the queue was closed.</returns>
    public bool Put(Frame frame)
    {
        lock (_frames)
        {
            while (!keepsNewestOnly && _frames.Count >= framesMax && !_isComplete)
                Monitor.Wait(_frames);
            if (_isComplete)
            {
                frame.Dispose();
                return false;
            }

            if (keepsNewestOnly && _frames.TryDequeue(out var older))
            {
                older.Dispose();
                Dropped++;
            }

            _frames.Enqueue(frame);
            Monitor.PulseAll(_frames);
            return true;
        }
    }

    public bool TryTake(TimeSpan timeout, [NotNullWhen(true)] out Frame? frame)
    {
        var deadline = Environment.TickCount64 + (long)timeout.TotalMilliseconds;
        lock (_frames)
        {
            while (!_frames.TryDequeue(out frame))
            {
                var left = deadline - Environment.TickCount64;
                if (_isComplete || left <= 0)
                    return false;
                Monitor.Wait(_frames, (int)Math.Min(left, int.MaxValue));
            }

            Monitor.PulseAll(_frames);
            return true;
        }
    }

    /// <summary>No more frames come; those that are in it can still be taken.</summary>
    public void Complete()
    {
        lock (_frames)
        {
            _isComplete = true;
            Monitor.PulseAll(_frames);
        }
    }

    public void Dispose()
    {
        lock (_frames)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
            _isComplete = true;
            while (_frames.TryDequeue(out var frame))
                frame.Dispose();
            Monitor.PulseAll(_frames);
        }
    }
}
