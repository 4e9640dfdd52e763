using OpenCvSharp;

namespace SocialCredit.Edge.Capture;

/// <summary>
/// Tells a camera that does not see its place from a quiet street. Two looks a second, some tens of microseconds each.
/// Bounds are judged on real clips, with real disturbance on their frames, in <c>PictureClipTests</c>.
/// </summary>
/// <remarks>
/// What it knows of a place it learned since the agent started: whoever covers or turns the camera while it is off, or in
/// its first minutes, is not noticed. Colour and infrared pictures of one place are remembered apart.
/// </remarks>
internal sealed class PictureWatch
{
    // On vtest.avi, dimmed to 13.7 with noise, street-320 keeps 0.90 of its AP@0.5, at 9.7 it keeps 0.78, at 5.8 it keeps 0.36.
    private const float DarkBelow = 10, LightAbove = 14;

    // Of the camera's own usual. A lorry that hides six tenths of the picture leaves 0.38 to 0.50 of its structure.
    private const float CoveredBelow = 0.12f, UncoveredAbove = 0.25f, StructureMin = 0.1f;

    // Of the camera's own usual. A lens out of focus by 5 pixels of 768 leaves 0.01 to 0.14, people and light never less than 0.55.
    private const float BlurredBelow = 0.25f, SharpAbove = 0.45f, SharpnessMin = 0.01f;

    // Of the camera's own usual. Turned by a tenth of the picture leaves 0.0 to 0.3, the lorry 0.47 and more.
    private const float MovedBelow = 0.35f, BackAbove = 0.5f, MatchMin = 0.3f;

    // A slope without any detail gives (1/8)^2: contrast grows with the square of the lag.
    private const float SlopeOnly = 1f / 64;
    private const float CoarseContrastMin = 1;

    private const float GreyBelow = 0.8f, ColourAbove = 1.6f;

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan LooksSlowness = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PlaceSlowness = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan GaugeSlowness = TimeSpan.FromMinutes(1);

    private readonly StillnessWatch _stillness;
    private readonly PictureMeasure _measure;
    private readonly TimeSpan _passedMax;
    private readonly float[] _steps = new float[PictureMeasure.StepCount];
    private readonly Suspicion _dark = new(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(10));
    private readonly Suspicion _covered = new(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(10));
    private readonly Suspicion _blurred = new(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(10));
    private readonly Suspicion _moved = new(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(20));
    private PictureMemory _usual = new();
    private PictureMemory _usualOfOtherLight = new();
    private bool? _isGrey;
    private (int Width, int Height) _size;
    private DateTimeOffset? _seenAt;
    private TimeSpan _sinceLook;
    private (float Bright, float Fine, float Coarse, float Structure, float Colour)? _looks;
    private volatile float _light = float.NaN;
    private volatile float _sharpness = float.NaN;

    /// <param name="options">Of the camera; a picture that is black or the same for <see cref="CameraOptions.BlindAfter"/> is blindness.</param>
    /// <param name="mask">What is under it is not judged.</param>
    public PictureWatch(CameraOptions options, PrivacyMask mask)
    {
        _stillness = new StillnessWatch(options.BlindAfter);
        _measure = new PictureMeasure(mask);
        _passedMax = TimeSpan.FromSeconds(options.FramesPerSecond > 0 ? Math.Max(2, 1.5 / options.FramesPerSecond) : 2);
    }

    /// <summary>Mean light of the last minute or so, 0..255: too slow to show who passes. NaN before the first picture.</summary>
    public float Light => _light;

    /// <summary>
    /// Contrast from pixel to pixel as a share of that over eight pixels, less what a plain slope has, of the last minute
    /// or so, 0..1. Streets have 0.04 to 0.26, a lens out of focus below 0.01. NaN before the first picture.
    /// </summary>
    public float Sharpness => _sharpness;

    /// <param name="pixels">Three bytes a pixel, rows without gaps.</param>
    /// <param name="capturedAt">On the source's own time line; a clock that is set does not make time pass.</param>
    public CameraTrouble Observe(Mat pixels, DateTimeOffset capturedAt)
    {
        var passed = _seenAt is { } before && capturedAt > before ? capturedAt - before : TimeSpan.Zero;
        var isFirst = _seenAt is null;
        _seenAt = capturedAt;
        if (passed > _passedMax)
            passed = _passedMax;

        var still = _stillness.Observe(pixels, passed);
        _sinceLook += passed;
        if (still == CameraTrouble.None && (isFirst || _sinceLook >= LookEvery))
        {
            Look(pixels, _sinceLook);
            _sinceLook = TimeSpan.Zero;
        }

        return still == CameraTrouble.None ? Worst() : still;
    }

    private CameraTrouble Worst()
    {
        if (_dark.IsRaised)
            return CameraTrouble.Dark;
        if (_covered.IsRaised)
            return CameraTrouble.Covered;
        if (_blurred.IsRaised)
            return CameraTrouble.Blurred;
        return _moved.IsRaised ? CameraTrouble.Moved : CameraTrouble.None;
    }

    private void Look(Mat pixels, TimeSpan passed)
    {
        // Another size is another picture: nothing of what was usual can be compared with it.
        if (_size != (pixels.Cols, pixels.Rows))
        {
            (_usual, _usualOfOtherLight, _isGrey, _looks) = (new(), new(), null, null);
            _size = (pixels.Cols, pixels.Rows);
        }

        if (!_measure.Fill(pixels))
            return;
        var looks = Smooth(passed);
        var sharpness = looks.Coarse < CoarseContrastMin ? 0 : Math.Max(0, (looks.Fine / looks.Coarse) - SlopeOnly);
        Gauge(sharpness, passed);

        // Each needs what the one before it needs: in the dark nothing else can be said.
        var dark = Judge(looks.Bright, DarkBelow, LightAbove);
        var covered = _dark.IsOpen(dark) || !_usual.IsReady || _usual.Structure < StructureMin
            ? Evidence.Unknown
            : Judge(looks.Structure / _usual.Structure, CoveredBelow, UncoveredAbove);
        var isHidden = _dark.IsOpen(dark) || _covered.IsOpen(covered);
        var blurred = isHidden || !_usual.IsReady || _usual.Sharpness < SharpnessMin
            ? Evidence.Unknown
            : Judge(sharpness / _usual.Sharpness, BlurredBelow, SharpAbove);
        isHidden |= _blurred.IsOpen(blurred);
        var match = _usual.IsReady ? _usual.Compare(_steps) : null;
        var moved = isHidden || !_usual.IsPlaceKnown || match is null || _usual.Match < MatchMin
            ? Evidence.Unknown
            : Judge(match.Value / _usual.Match, MovedBelow, BackAbove);

        _dark.Advance(dark, passed);
        _covered.Advance(covered, passed);
        _blurred.Advance(blurred, passed);
        _moved.Advance(moved, passed);
        if (!isHidden)
            FollowLight(looks.Colour);
        if (!isHidden && !_moved.IsOpen(moved))
            _usual.Learn((sharpness, looks.Structure, match), _steps, passed);
    }

    /// <summary>Over some seconds, so that neither a headlight nor who walks by close is the picture.</summary>
    private (float Bright, float Fine, float Coarse, float Structure, float Colour) Smooth(TimeSpan passed)
    {
        var m = _measure;
        var isFirst = _looks is null;
        var old = _looks ?? (m.Bright, m.FineContrast, m.CoarseContrast, m.Structure, m.Colour);
        var part = Part(LooksSlowness, passed);
        var looks = (
            Mix(old.Item1, m.Bright, part), Mix(old.Item2, m.FineContrast, part), Mix(old.Item3, m.CoarseContrast, part),
            Mix(old.Item4, m.Structure, part), Mix(old.Item5, m.Colour, part));
        _looks = looks;
        var stepPart = isFirst ? 1 : Part(PlaceSlowness, passed);
        var steps = m.Steps;
        for (var i = 0; i < _steps.Length; i++)
            _steps[i] = Mix(_steps[i], steps[i], stepPart);
        return looks;
    }

    private void Gauge(float sharpness, TimeSpan passed)
    {
        var part = float.IsNaN(_light) ? 1 : Part(GaugeSlowness, passed);
        _light = part == 1 ? _measure.Light : Mix(_light, _measure.Light, part);
        _sharpness = part == 1 ? sharpness : Mix(_sharpness, sharpness, part);
    }

    /// <summary>The same place has other edges under infrared light: it is learned apart. A cover has no say in it.</summary>
    private void FollowLight(float colour)
    {
        var isGrey = colour < GreyBelow || (colour < ColourAbove && (_isGrey ?? true));
        if (_isGrey is { } before && before != isGrey)
            (_usual, _usualOfOtherLight) = (_usualOfOtherLight, _usual);
        _isGrey = isGrey;
    }

    private static Evidence Judge(float value, float below, float above)
    {
        if (value < below)
            return Evidence.For;
        return value > above ? Evidence.Against : Evidence.Unknown;
    }

    private static float Part(TimeSpan slowness, TimeSpan passed) => (float)(passed / (slowness + passed));

    private static float Mix(float old, float now, float part) => old + ((now - old) * part);
}
