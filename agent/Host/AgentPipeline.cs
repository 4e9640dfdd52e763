using System.Diagnostics;
using SocialCredit.Edge.Capture;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Host.Configuration;
using SocialCredit.Edge.Host.Observing;
using SocialCredit.Edge.Inference;

namespace SocialCredit.Edge.Host;

/// <summary>
/// One camera's way from frame to events. Each worker takes a frame, detects, and lets the pixels go; what follows is done in
/// the order of the frames, by whichever worker holds the next one. No disk and no network on these threads.
/// </summary>
internal sealed class AgentPipeline : IDisposable
{
    /// <summary>How far a worker may run ahead of a slower one.</summary>
    private const int SlotsPerWorker = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    private readonly Camera _camera;
    private readonly Detector[] _detectors;
    private readonly Follower _follower;
    private readonly Aspect _aspect;
    private readonly Lock _taking = new();
    private readonly Lock _following = new();
    private readonly Slot[] _slots;
    private readonly SemaphoreSlim _free;
    private long _detectTicks;
    private long _followTicks;
    private long _taken;
    private long _done;
    private volatile string? _refusal;
    private volatile bool _isBroken;

    /// <param name="camera">Started by the caller, who also disposes it.</param>
    /// <param name="detectors">One for each worker; disposed with the pipeline.</param>
    /// <param name="follower">What comes after the pixels.</param>
    /// <param name="aspect">At which the zones were drawn.</param>
    public AgentPipeline(Camera camera, Detector[] detectors, Follower follower, Aspect aspect)
    {
        (_camera, _detectors, _follower, _aspect) = (camera, detectors, follower, aspect);
        _slots = [.. Enumerable.Range(0, SlotsPerWorker * detectors.Length).Select(_ => new Slot())];
        _free = new SemaphoreSlim(_slots.Length);
        Turns = new WorkerTurns(detectors.Length);
    }

    /// <summary>A second model or other rules that see the same frames; null for none. Disposed with the pipeline.</summary>
    public Shadow? Shadow { get; init; }

    /// <summary>Told how long each frame took; null where nobody measures.</summary>
    public FrameTimes? FrameTimes { get; init; }

    /// <summary>Whether the workers' loops go on.</summary>
    public WorkerTurns Turns { get; }

    /// <summary>Where the time went so far.</summary>
    public StageTimes Times => new(
        Stopwatch.GetElapsedTime(0, Interlocked.Read(ref _detectTicks)).TotalMilliseconds,
        Stopwatch.GetElapsedTime(0, Interlocked.Read(ref _followTicks)).TotalMilliseconds);

    /// <summary>Frames that went all the way so far.</summary>
    public long Done => Volatile.Read(ref _done);

    /// <summary>Why no frame is taken any more, or null while they are.</summary>
    public string? Refusal => _refusal;

    /// <summary>Runs until the source ends or the token is cancelled; returns why it ended early, or null.</summary>
    public async Task<string?> RunAsync(CancellationToken cancellationToken)
    {
        var workers = Enumerable.Range(0, _detectors.Length).Select(worker => Task.Factory.StartNew(
            () => Work(worker, cancellationToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
        await Task.WhenAll(workers);
        if (!cancellationToken.IsCancellationRequested)
        {
            _follower.Finish(_taken - 1);
            Shadow?.Follower.Finish(_taken - 1);
        }

        return _refusal ?? _camera.Failure;
    }

    public void Dispose()
    {
        foreach (var detector in _detectors)
            detector.Dispose();
        Shadow?.Dispose();
        foreach (var slot in _slots)
            slot.Sample.Dispose();
        _free.Dispose();
    }

    private void Work(int worker, CancellationToken cancellationToken)
    {
        try
        {
            while (!cancellationToken.IsCancellationRequested && TryTake(out var frame, out var slot))
            {
                Turns.Begin(worker);
                if (frame is null)
                {
                    Release();
                    continue;
                }

                using (frame)
                {
                    var from = Stopwatch.GetTimestamp();
                    _detectors[worker].Detect(frame, slot.Detections);
                    FrameTimes?.Detected(Stopwatch.GetTimestamp() - from);
                    Shadow?.Detect(worker, frame, slot.Detections, slot.ShadowDetections);
                    Interlocked.Add(ref _detectTicks, Stopwatch.GetTimestamp() - from);
                    if (slot.IsSampled)
                        slot.Sample.Fill(frame);
                    slot.Facts = new FrameFacts(frame.Index, frame.CapturedAt, frame.Width, frame.Height, IsWatching: frame.ShowsPlace);
                }

                FollowInOrder(slot);
            }
        }
        catch
        {
            // The frame that this worker held will never be done, so the others would wait for it.
            _isBroken = true;
            throw;
        }
        finally
        {
            Turns.End(worker);
        }
    }

    /// <summary>False at the end of the source; true without a frame where none came in time.</summary>
    private bool TryTake(out Frame? frame, out Slot slot)
    {
        (frame, slot) = (null, _slots[0]);
        if (_refusal is not null || _isBroken)
            return false;
        if (!_free.Wait(Patience))
            return true;
        lock (_taking)
        {
            if (_camera.TryTake(out frame, Patience) && Fits(frame))
            {
                slot = _slots[_taken++ % _slots.Length];
                slot.IsSampled = _follower.Wants(frame.CapturedAt);
                return true;
            }
        }

        frame?.Dispose();
        frame = null;
        _free.Release();
        return _refusal is null && !_camera.IsEnded;
    }

    private bool Fits(Frame frame)
    {
        if (_aspect.Fits(frame.Width, frame.Height))
            return true;
        _refusal = $"the picture is {frame.Width}x{frame.Height}, the zones were drawn at {_aspect}: draw them again, or set the camera back";
        return false;
    }

    /// <summary>A frame that is done early waits in its slot, not its worker: whoever closes the gap follows up on all behind it.</summary>
    private void FollowInOrder(Slot slot)
    {
        lock (_following)
        {
            slot.IsDetected = true;
            for (var next = _slots[_done % _slots.Length]; next.IsDetected; next = _slots[_done % _slots.Length])
            {
                var from = Stopwatch.GetTimestamp();
                Follow(next);
                Interlocked.Add(ref _followTicks, Stopwatch.GetTimestamp() - from);
                next.IsDetected = false;
                _done++;
                _free.Release();
            }
        }
    }

    private void Follow(Slot slot)
    {
        // Whether it watched is the frame's own: the camera may be further by now, or at its end.
        var facts = slot.Facts;
        var sample = slot.IsSampled ? slot.Sample : null;
        _follower.Follow(facts, slot.Detections, sample);
        Shadow?.Follower.Follow(facts, slot.ShadowDetections, sample);
        if (_camera.IsLive)
            FrameTimes?.Followed(TimeProvider.System.GetUtcNow() - facts.CapturedAt);
    }

    /// <summary>A live camera gives no frames: the scenes that wait for sensors must not wait for a frame as well.</summary>
    private void Release()
    {
        if (!_follower.WaitsForSensors || !_camera.IsLive)
            return;
        lock (_following)
        {
            var now = TimeProvider.System.GetUtcNow();
            _follower.SeeUpTo(now);
            Shadow?.Follower.SeeUpTo(now);
        }
    }

    /// <summary>A frame after its pixels are gone, until its turn comes.</summary>
    private sealed class Slot
    {
        public List<Detection> Detections { get; } = new(128);

        public List<Detection> ShadowDetections { get; } = new(128);

        public FrameFacts Facts { get; set; }

        public bool IsDetected { get; set; }

        public ForegroundSample Sample { get; } = new();

        /// <summary>Whether the sample is this frame's.</summary>
        public bool IsSampled { get; set; }
    }
}
