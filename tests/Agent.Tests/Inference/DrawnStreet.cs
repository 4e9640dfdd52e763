using System.Runtime.InteropServices;
using OpenCvSharp;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Inference;

namespace SocialCredit.Edge.Agent.Tests.Inference;

/// <summary>A drawn pavement of 720x480 with noise, at five frames a second, and the static foreground that watches it.</summary>
internal sealed class DrawnStreet : IDisposable
{
    private const double FramesPerSecond = 5;
    private const int Width = 720;
    private const int Height = 480;

    /// <summary>Largest deviation of a pixel, in grey levels; in the mean it is a third of that.</summary>
    private const float NoiseGreyMax = 12;

    private readonly StaticForeground _foreground = new();
    private readonly ForegroundSample _sample = new();
    private readonly Mat _frame = new(Height, Width, MatType.CV_8UC3);
    private readonly Random _random = new(7);
    private readonly float[] _noise = new float[1 << 16];
    private readonly List<Detection> _detections = new(64);
    private long _frames;

    public DrawnStreet()
    {
        for (var i = 0; i < _noise.Length; i++)
            _noise[i] = (_random.NextSingle() + _random.NextSingle() - 1) * NoiseGreyMax;
    }

    /// <summary>What lies there; its pixels are darker than the ground, with a light stripe.</summary>
    public Rect Bag { get; set; }

    /// <summary>Of the pattern on the ground.</summary>
    public int Seed { get; set; } = 3;

    public float Gain { get; set; } = 1;

    public int Offset { get; set; }

    public int ShakePixels { get; set; }

    public bool HasRelearned { get; private set; }

    /// <summary>Things in the newest frame.</summary>
    public List<Detection> Found { get; } = new(64);

    /// <param name="seconds">How long.</param>
    /// <param name="person">Stands there, drawn and detected.</param>
    /// <param name="detected">A person who is only detected.</param>
    public void Play(double seconds, Box? person = null, Box? detected = null) => PlayUntil(_ => false, seconds, person, detected);

    /// <summary>Seconds until it is so, or 0 if it never was.</summary>
    /// <inheritdoc cref="Play" path="/param"/>
    /// <param name="isSo">Asked of the things in every frame.</param>
    public double PlayUntil(Predicate<List<Detection>> isSo, double seconds, Box? person = null, Box? detected = null)
    {
        for (var frame = 1; frame <= seconds * FramesPerSecond; frame++)
        {
            Advance(person, detected);
            if (isSo(Found))
                return frame / FramesPerSecond;
        }

        return 0;
    }

    /// <summary>Managed bytes of sampling and advancing over so many frames of the same picture.</summary>
    public long BytesOf(int frames)
    {
        var bytes = 0L;
        for (var i = 0; i < frames; i++)
        {
            _detections.Clear();
            var before = GC.GetAllocatedBytesForCurrentThread();
            _sample.Fill(_frame);
            _foreground.Advance(_sample, At(_frames++), _detections);
            bytes += GC.GetAllocatedBytesForCurrentThread() - before;
        }

        return bytes;
    }

    public void Dispose()
    {
        _sample.Dispose();
        _frame.Dispose();
    }

    private static DateTimeOffset At(long frame) => DateTimeOffset.UnixEpoch.AddSeconds(frame / FramesPerSecond);

    private void Advance(Box? person, Box? detected)
    {
        Draw(person);
        _detections.Clear();
        if ((person ?? detected) is { } box)
            _detections.Add(new Detection(box, ObjectClass.Person, 0.8f));
        _sample.Fill(_frame);
        _foreground.Advance(_sample, At(_frames++), _detections);
        HasRelearned |= _foreground.HasRelearned;
        Found.Clear();
        Found.AddRange(_detections.Where(detection => detection.Class == ObjectClass.Object));
    }

    private void Draw(Box? person)
    {
        var (dx, dy) = (_random.Next(-ShakePixels, ShakePixels + 1), _random.Next(-ShakePixels, ShakePixels + 1));
        var pixels = MemoryMarshal.AsBytes(_frame.AsSpan<Vec3b>());
        for (var y = 0; y < Height; y++)
        {
            var noise = _noise.AsSpan(_random.Next(_noise.Length - Width), Width);
            for (var x = 0; x < Width; x++)
            {
                var grey = (byte)Math.Clamp(Gain * GreyAt(x + dx, y + dy, person) + Offset + noise[x], 0, 255);
                pixels.Slice(3 * (y * Width + x), 3).Fill(grey);
            }
        }
    }

    private float GreyAt(int x, int y, Box? person)
    {
        var isPerson = person is { } p && x >= p.Left && x < p.Right && y >= p.Top && y < p.Bottom;
        if (isPerson)
            return y % 40 < 20 ? 190 : 60;
        var isBag = x >= Bag.Left && x < Bag.Right && y >= Bag.Top && y < Bag.Bottom;
        if (isBag)
            return (y - Bag.Top) * 4 / Bag.Height == 1 ? 150 : 45;
        // A crosswalk on the left and above; else slabs of 24 pixels, each of its own grey, with dark joints.
        if (x < 250 || y < 150)
            return (x + 1000 + 20 * Seed) / 20 % 2 == 0 ? 215 : 85;
        var (column, row) = ((x + 1000) / 24, (y + 1000) / 24);
        var slab = (uint)((column * 73856093) ^ (row * 19349663) ^ (Seed * 83492791)) % 40;
        return (x + 1000) % 24 == 0 || (y + 1000) % 24 == 0 ? 70 : 90 + slab;
    }
}
