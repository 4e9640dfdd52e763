using SocialCredit.Edge.Anonymisation;
using SocialCredit.Edge.Configuration;
using SocialCredit.Edge.Host.Configuration;
using SocialCredit.Edge.Inference;

namespace SocialCredit.Edge.Host;

/// <summary>Plays a clip through the real chain, as far as the closed window, and the same model alone beside it.</summary>
internal sealed class ChainBench(string clip, (ModelStore Store, string Name) model, int frames)
{
    /// <summary>Frames before the clock starts: buffers grow and code is compiled.</summary>
    private const int WarmUpFrames = 30;

    private readonly AgentConfiguration _configuration = BenchConfiguration(clip, model.Name);

    /// <exception cref="IOException">There is no such clip.</exception>
    public void Check()
    {
        if (!File.Exists(clip))
            throw new IOException($"{clip} does not exist. Give a video file.");
    }

    /// <exception cref="ModelException">The model cannot be used.</exception>
    /// <exception cref="IOException">The clip is too short or cannot be read.</exception>
    public async Task<Round> RunAsync(int workers, CancellationToken cancellationToken)
    {
        var bare = await RunBareAsync(workers);
        var section = _configuration.Options.Cameras[0] with { Workers = workers };
        using var parts = CameraParts.Open(_configuration, section, model.Store);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var exit = new CameraExit(section, _configuration, (DateTimeOffset.UnixEpoch, false), new OsRandom(), _ => { });
        var meter = new Meter(exit, frames, stop);
        using var pipeline = parts.Pipeline(meter);
        parts.Camera.Start();
        var refusal = await pipeline.RunAsync(stop.Token);
        if (meter.Seconds == 0)
            throw new IOException($"{clip} gave fewer than {WarmUpFrames + frames} frames: {refusal ?? parts.Camera.State.Reason}");
        return new Round(bare, meter.Seconds * 1000 / frames, (double)meter.ManagedBytes / frames)
        {
            InferenceMilliseconds = pipeline.Times.DetectMilliseconds,
            FollowMilliseconds = pipeline.Times.FollowMilliseconds,
        };
    }

    private async Task<double> RunBareAsync(int workers)
    {
        var found = model.Store.Find(model.Name);
        var detectors = Enumerable.Range(0, workers).Select(_ => new Detector(found, new DetectorOptions())).ToList();
        var from = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(detectors.Select(detector => Task.Factory.StartNew(
            () =>
            {
                for (var i = 0; i < frames / workers; i++)
                    detector.RunBare();
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));
        var seconds = TimeProvider.System.GetElapsedTime(from).TotalSeconds;
        detectors.ForEach(detector => detector.Dispose());
        return seconds * 1000 / (frames / workers * workers);
    }

    private static AgentConfiguration BenchConfiguration(string clip, string model)
    {
        const string policy = "{id: bench, behaviours: {stop_keep_clear: {sign: bad, weight: 1, reference: 1}}}";
        var agent = $$"""
            site: bench-site
            device: bench-device
            profile: demo
            policy: none
            broker: {}
            cameras:
              - name: bench-camera
                source: "{{clip.Replace("\"", "\\\"", StringComparison.Ordinal)}}"
                startsAt: 1970-01-01T00:00:00Z
                loop: true
                model: {{model}}
                aspect: 4:3
                ground: {camera: {heightMetres: 8, tiltDegrees: 40, rollDegrees: 0, fieldOfViewDegrees: 60} }
                zones:
                  - name: bench-zone
                    polygon: [[0, 0], [1, 0], [1, 1], [0, 1]]
                    windowSeconds: 10
                    areas:
                      road: {polygon: [[0, 0.4], [1, 0.4], [1, 0.7], [0, 0.7]], direction: [1, 0]}
                      crosswalk: {polygon: [[0.4, 0.4], [0.6, 0.4], [0.6, 0.7], [0.4, 0.7]]}
                      approach: {polygon: [[0.4, 0.7], [0.6, 0.7], [0.6, 0.9], [0.4, 0.9]]}
                    lines: {middle: {from: [0.5, 0], to: [0.5, 1]} }
                    behaviours:
                      passage: {}
                      line_passage: {}
                      wrong_way: {area: road, classes: [person, bicycle, vehicle]}
                      stop_keep_clear: {}
                      vehicle_on_footway: {}
                      speeding: {limitKilometresPerHour: 30, classes: [person, bicycle, vehicle]}
                      yielded: {lane: road, crosswalk: crosswalk, approach: [approach]}
                      not_yielded: {lane: road, crosswalk: crosswalk, approach: [approach]}
                      near_miss: {}
                      crossed_outside: {carriageway: road, crosswalk: crosswalk}
                      crowding: {}
                      queue: {area: approach}
                      assistance: {}
                      dwell: {}
            """;
        return new AgentConfiguration(
            YamlReader.Parse<AgentOptions>(agent, "bench").Value!, YamlReader.Parse<Contract.Policy>(policy, "bench").Value!, Environment.CurrentDirectory);
    }

    /// <summary>One round: milliseconds and managed bytes a frame.</summary>
    internal readonly record struct Round(double BareMilliseconds, double ChainMilliseconds, double ManagedBytes)
    {
        /// <summary>Letterbox, model and head, all frames of all workers.</summary>
        public double InferenceMilliseconds { get; init; }

        /// <summary>Tracker, rules and windows, all frames.</summary>
        public double FollowMilliseconds { get; init; }

        /// <summary>Frames a second of the chain over those of the bare model.</summary>
        public double Ratio => BareMilliseconds / ChainMilliseconds;
    }

    /// <summary>Takes time and bytes between two frames, then ends the run.</summary>
    private sealed class Meter(IFrameObserver next, int frames, CancellationTokenSource stop) : IFrameObserver
    {
        private long _seen;
        private long _from;
        private long _bytesFrom;

        public double Seconds { get; private set; }

        public long ManagedBytes { get; private set; }

        public void Observe(in SeenFrame frame)
        {
            next.Observe(frame);
            _seen++;
            if (_seen == WarmUpFrames)
            {
                _bytesFrom = GC.GetTotalAllocatedBytes(precise: true);
                _from = TimeProvider.System.GetTimestamp();
            }
            else if (_seen == WarmUpFrames + frames)
            {
                Seconds = TimeProvider.System.GetElapsedTime(_from).TotalSeconds;
                ManagedBytes = GC.GetTotalAllocatedBytes(precise: true) - _bytesFrom;
                stop.Cancel();
            }
        }

        public void Finish() => next.Finish();
    }
}
