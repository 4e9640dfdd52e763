using System.Globalization;
using OpenCvSharp;

namespace SocialCredit.Edge.Capture.Sources;

/// <summary>
/// Pictures of a camera that go on without us, decoded by a process of its own: opening a lost camera in this process
/// can block for minutes and leak each time, and a decoder that crashes on a broken stream must not take the agent along.
/// Frames come through a pipe and touch no disk.
/// </summary>
internal abstract class LiveSource(CameraOptions options, TimeProvider time) : IFrameSource
{
    private readonly Lock _gate = new();
    private readonly Mat _redFirst = new();
    private DecoderProcess? _decoder;
    private PixmapReader? _reader;

    protected CameraOptions Options => options;

    /// <summary>Done once the first frame begins to arrive: a decoder that merely runs has not opened anything.</summary>
    public virtual SourceResult Open()
    {
        Close();
        var rateOption = DecoderVersion.RateOption(options.Decoder, () => Start(["-version"], new DecoderOrder([], "", options.Redact)).Decoder?.Output);
        Close();
        var order = WriteOrder();
        var (decoder, fault) = Start([.. order.Input, .. Output(rateOption)], order);
        if (decoder is null)
            return SourceResult.Failed(fault);
        _reader = new PixmapReader(decoder.Output);
        return _reader.TryReadHeader() ? SourceResult.Done : SourceResult.Failed(decoder.Explain(_reader.Fault));
    }

    public SourceResult Read(Frame frame)
    {
        if (_decoder is not { } decoder || _reader is not { } reader)
            return SourceResult.Failed("the decoder is not running");
        if (!reader.HasHeader && !reader.TryReadHeader())
            return SourceResult.Failed(decoder.Explain(reader.Fault));

        // The clock of this machine, when the picture begins to arrive: cameras' own clocks are seldom set.
        frame.CapturedAt = time.GetUtcNow();
        _redFirst.Create(reader.Height, reader.Width, MatType.CV_8UC3);
        if (!reader.TryReadPixels(_redFirst.AsSpan<byte>()))
            return SourceResult.Failed(decoder.Explain(reader.Fault));
        Cv2.CvtColor(_redFirst, frame.Pixels, ColorConversionCodes.RGB2BGR);
        return SourceResult.Done;
    }

    public bool Interrupt()
    {
        lock (_gate)
            _decoder?.Kill();
        return true;
    }

    public void Dispose()
    {
        Close();
        _redFirst.Dispose();
    }

    protected abstract DecoderOrder WriteOrder();

    /// <summary>From here on <see cref="Interrupt"/> ends it.</summary>
    private (DecoderProcess? Decoder, string Fault) Start(IEnumerable<string> arguments, DecoderOrder order)
    {
        var started = DecoderProcess.Start(options.Decoder, arguments, order);
        lock (_gate)
            _decoder = started.Decoder;
        return started;
    }

    /// <summary>
    /// Portable pixmaps: each carries its size. Frames are passed as they come, never doubled to fill a rate, because a
    /// doubled picture looks frozen; too many are left out before they cost a copy.
    /// </summary>
    private IEnumerable<string> Output(string rateOption)
    {
        yield return "-an";
        yield return "-sn";
        yield return "-dn";
        if (options.FramesPerSecond > 0)
        {
            var step = (0.9 / options.FramesPerSecond).ToString("0.######", CultureInfo.InvariantCulture);
            yield return "-vf";

            // Either way: a camera whose clock is set back, or that begins anew for a second viewer, would give nothing for as long.
            yield return $"select='isnan(prev_selected_t)+gte(abs(t-prev_selected_t),{step})'";
        }

        foreach (var part in new[] { rateOption, "passthrough", "-threads", "1", "-c:v", "ppm", "-f", "image2pipe", "pipe:1" })
            yield return part;
    }

    private void Close()
    {
        lock (_gate)
        {
            _decoder?.Dispose();
            _decoder = null;
            _reader = null;
        }
    }
}
