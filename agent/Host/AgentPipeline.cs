using System.Diagnostics;
using SocialCredit.Edge.Capture;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Host.Configuration;
using SocialCredit.Edge.Host.Observing;
using SocialCredit.Edge.Inference;
using SocialCredit.Edge.Tracking;

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

    /// <summary>Between two frames further apart than this the camera was not watching.</summary>
    private static readonly TimeSpan WatchGapMax = TimeSpan.FromSeconds(2);

    private readonly Camera _camera;
    private readonly Detector[] _detectors;
    private readonly ZoneRules[] _zones;
    private readonly IFrameObserver _observer;
    private readonly Aspect _aspect;
    private readonly ByteTracker _tracker = new(new ByteTrackerOptions());
    private readonly List<Track> _tracks = new(64);
    private readonly Scene _scene = new();
    private readonly StaticForeground? _foreground;
    private readonly SceneFeed? _feed;
    private readonly bool[] _areSensorsKnown;
    private readonly List<BehaviourEvent>[] _events;
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
    /// <param name="zones">The camera's zones with their rules.</param>
    /// <param name="observer">What comes after the rules.</param>
    /// <param name="aspect">At which the zones were drawn.</param>
    /// <param name="extras">What finds things that were left, null where no zone asks for them; the sensors, null where there are none.</param>
    public AgentPipeline(
        Camera camera, Detector[] detectors, ZoneRules[] zones, IFrameObserver observer, Aspect aspect, (StaticForeground? Foreground, SceneFeed? Feed) extras = default)
    {
        (_foreground, _feed) = extras;
        _areSensorsKnown = new bool[zones.Length];
        (_camera, _detectors, _zones, _observer, _aspect) = (camera, detectors, zones, observer, aspect);
        _events = [.. zones.Select(_ => new List<BehaviourEvent>(32))];
        _slots = [.. Enumerable.Range(0, SlotsPerWorker * detectors.Length).Select(_ => new Slot())];
        _free = new SemaphoreSlim(_slots.Length);
        Turns = new WorkerTurns(detectors.Length);
    }

    /// <summary>For offline commands only: detections and tracks of each frame, in pixels. Nothing that runs in the field sets it.</summary>
    public Action<long, List<Detection>, List<Track>>? Offline { get; init; }

    /// <summary>Told how long each frame took; null where nobody measures.</summary>
    public FrameTimes? FrameTimes { get; init; }

    /// <summary>Whether the workers' loops go on.</summary>
    public WorkerTurns Turns { get; }

    /// <summary>Where the time went so far.</summary>
    public StageTimes Times => new(
        Stopwatch.GetElapsedTime(0, Interlocked.Read(ref _detectTicks)).TotalMilliseconds,
        Stopwatch.GetElapsedTime(0, Interlocked.Read(ref _followTicks)).TotalMilliseconds);

    /// <summary>Runs until the source ends or the token is cancelled; returns why it ended early, or null.</summary>
    public async Task<string?> RunAsync(CancellationToken cancellationToken)
    {
        var workers = _detectors.Select((detector, number) => Task.Factory.StartNew(
            () => Work((detector, number), cancellationToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
        await Task.WhenAll(workers);
        if (!cancellationToken.IsCancellationRequested)
            Finish();
        return _refusal ?? _camera.Failure;
    }

    public void Dispose()
    {
        foreach (var detector in _detectors)
            detector.Dispose();
        foreach (var slot in _slots)
            slot.Sample.Dispose();
        _free.Dispose();
    }

    private void Work((Detector Detector, int Number) worker, CancellationToken cancellationToken)
    {
        try
        {
            while (!cancellationToken.IsCancellationRequested && TryTake(out var frame, out var slot))
            {
                Turns.Begin(worker.Number);
                if (frame is null)
                {
                    Release();
                    continue;
                }

                using (frame)
                {
                    var from = Stopwatch.GetTimestamp();
                    worker.Detector.Detect(frame, slot.Detections);
                    var ticks = Stopwatch.GetTimestamp() - from;
                    Interlocked.Add(ref _detectTicks, ticks);
                    FrameTimes?.Detected(ticks);
                    if (slot.IsSampled)
                        slot.Sample.Fill(frame);
                    slot.Facts = new FrameFacts(frame.Index, frame.CapturedAt, frame.Width, frame.Height);
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
            Turns.End(worker.Number);
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
                slot.IsSampled = _foreground?.Wants(frame.CapturedAt) ?? false;
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
        var (facts, detections) = (slot.Facts, slot.Detections);
        _foreground?.Advance(slot.IsSampled ? slot.Sample : null, facts.CapturedAt, detections);
        _scene.Ended.Clear();
        _tracker.Update(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(detections), facts.CapturedAt, _tracks, _scene.Ended);
        Offline?.Invoke(facts.Index, detections, _tracks);
        if (_camera.IsLive)
            FrameTimes?.Followed(TimeProvider.System.GetUtcNow() - facts.CapturedAt);

        var isWatching = _camera.State.Status != CameraStatus.Blind;
        FillScene(facts, isWatching);
        if (_feed is null)
        {
            See(facts.Index, _scene, isWatching);
            return;
        }

        _feed.Add(facts.Index, _scene, isWatching);
        SeeUpTo(facts.CapturedAt);
    }

    /// <summary>A live camera gives no frames: the scenes that wait for sensors must not wait for a frame as well.</summary>
    private void Release()
    {
        if (_feed is null || !_camera.IsLive)
            return;
        lock (_following)
            SeeUpTo(TimeProvider.System.GetUtcNow());
    }

    private void SeeUpTo(DateTimeOffset now)
    {
        while (_feed!.TryTake(now, out var delayed))
            See(delayed.Value.Index, delayed.Value.Scene, delayed.Value.IsWatching);
    }

    private void See(long index, Scene scene, bool isWatching)
    {
        for (var i = 0; i < _zones.Length; i++)
        {
            _zones[i].Observe(scene, _events[i]);
            _areSensorsKnown[i] = _zones[i].AreSensorsKnown;
            foreach (var seen in _events[i])
            {
                if (Behaviours.Find(seen.Behaviour) is { Sign: BehaviourSign.Local })
                    _feed?.Light();
            }
        }

        _observer.Observe(new SeenFrame(index, scene, _events, isWatching) { AreSensorsKnown = _areSensorsKnown });
    }

    private void FillScene(in FrameFacts facts, bool isWatching)
    {
        var gap = facts.CapturedAt - _scene.CapturedAt;
        if (gap > WatchGapMax || gap < TimeSpan.Zero || _foreground?.HasRelearned == true)
            _scene.WatchedSince = facts.CapturedAt;
        if (!isWatching)
            _scene.WatchedSince = DateTimeOffset.MaxValue;
        else if (_scene.WatchedSince > facts.CapturedAt)
            _scene.WatchedSince = facts.CapturedAt;
        _scene.CapturedAt = facts.CapturedAt;
        _scene.Aspect = (float)facts.Width / facts.Height;
        _scene.Tracks.Clear();
        foreach (var track in _tracks)
        {
            var box = new Box(
                track.Box.Left / facts.Width, track.Box.Top / facts.Height, track.Box.Right / facts.Width, track.Box.Bottom / facts.Height);
            _scene.Tracks.Add(new SceneTrack(track.Id, track.Class, box, track.IsSeen));
        }
    }

    /// <summary>The source ended: every track ends, the rules see it, and the windows close.</summary>
    private void Finish()
    {
        if (_feed is not null)
            SeeUpTo(DateTimeOffset.MaxValue);
        _scene.Ended.Clear();
        // A day without a detection ends whatever the tracker still holds.
        _tracker.Update([], _scene.CapturedAt.AddDays(1), _tracks, _scene.Ended);
        _scene.Tracks.Clear();
        See(_taken - 1, _scene, isWatching: true);
        _observer.Finish();
    }

    /// <summary>A frame after its pixels are gone, until its turn comes.</summary>
    private sealed class Slot
    {
        public List<Detection> Detections { get; } = new(128);

        public FrameFacts Facts { get; set; }

        public bool IsDetected { get; set; }

        public ForegroundSample Sample { get; } = new();

        /// <summary>Whether the sample is this frame's.</summary>
        public bool IsSampled { get; set; }
    }

    private readonly record struct FrameFacts(long Index, DateTimeOffset CapturedAt, int Width, int Height);
}
