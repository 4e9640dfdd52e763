using System.Collections.Concurrent;
using System.Device.Gpio;
using Microsoft.Extensions.Logging;
using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Sensing;

/// <summary>
/// Watches the lines of all sensors and drives the outputs, one step at a time and on one thread. Edges are dated when they
/// come; every level is read again each second, and what an edge failed to tell is dated then.
/// </summary>
internal sealed class LineLoop : IDisposable
{
    /// <summary>Edges that may wait for the next step; what is lost beyond is read again within a second.</summary>
    private const int EdgesMax = 4096;

    private static readonly TimeSpan RereadEvery = TimeSpan.FromSeconds(1);

    /// <summary>With a driver that tells no edges; a change is dated late by up to this.</summary>
    private static readonly TimeSpan ReadEvery = TimeSpan.FromMilliseconds(10);

    private readonly GpioController _gpio;
    private readonly bool _hasEdges;
    private readonly LineSensor[] _sensors;
    private readonly OutputLine[] _outputs;
    private readonly Action<SensorChange> _offer;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly List<WatchedLine> _lines = [];
    private readonly List<SensorChange> _changes = [];
    private readonly ConcurrentQueue<(WatchedLine Line, bool IsHigh, DateTimeOffset At)> _edges = [];
    private DateTimeOffset _readAt;
    private DateTimeOffset _steppedAt;

    /// <param name="gpio">Disposed with the loop. Whether its driver tells edges stands beside it.</param>
    /// <param name="sensors">Whose lines to watch.</param>
    /// <param name="outputs">What to drive.</param>
    /// <param name="offer">Is told of every change, on the thread of the step.</param>
    /// <param name="clock">By which edges are dated.</param>
    public LineLoop(
        (GpioController Controller, bool HasEdges) gpio,
        LineSensor[] sensors,
        OutputLine[] outputs,
        Action<SensorChange> offer,
        (TimeProvider Time, ILogger Log) clock)
    {
        (_gpio, _hasEdges) = gpio;
        (_sensors, _outputs, _offer) = (sensors, outputs, offer);
        (_clock, _log) = clock;
    }

    /// <summary>Called when a step is due sooner than <see cref="DueAt"/> said; any thread.</summary>
    public Action Wake { get; set; } = () => { };

    /// <summary>When the next step is due if no edge comes before.</summary>
    public DateTimeOffset DueAt
    {
        get
        {
            var due = _lines.Count == 0 ? DateTimeOffset.MaxValue : _readAt;
            foreach (var line in _lines)
                due = Earlier(due, line.TestDueAt);
            foreach (var sensor in _sensors)
                due = Earlier(due, sensor.DueAt);
            foreach (var output in _outputs)
                due = Earlier(due, output.DueAt);
            return due;
        }
    }

    /// <exception cref="SensingException">A line cannot be had.</exception>
    public void Open()
    {
        foreach (var output in _outputs)
            Claim(output.Line, $"outputs.{output.Name}", line => _gpio.OpenPin(line, PinMode.Output, output.Level(isOn: false)));
        foreach (var sensor in _sensors)
        {
            for (var place = 0; place < sensor.Lines.Count; place++)
            {
                var watched = new WatchedLine(sensor, place);
                Claim(watched.Line, $"sensors.{sensor.Name}", line => Watch(line, watched));
                _lines.Add(watched);
            }
        }
    }

    /// <summary>Does what is due by now: edges, readings, tests of wires, outputs.</summary>
    public void Step(DateTimeOffset now)
    {
        if (SetBack.IsBetween(_steppedAt, now))
            BeginAnew(now);
        _steppedAt = now;
        while (_edges.TryDequeue(out var edge))
        {
            if (!edge.Line.IsTested)
                edge.Line.See(edge.IsHigh, edge.At, _changes);
        }

        foreach (var line in _lines)
        {
            if (now >= line.TestDueAt)
                Test(line, now);
            else if (now >= _readAt && !line.IsTested && TryRead(line, now, out var isHigh))
                line.See(isHigh, now, _changes);
        }

        if (now >= _readAt)
            _readAt = now + (_hasEdges ? RereadEvery : ReadEvery);
        foreach (var sensor in _sensors)
            sensor.Advance(now, _changes);
        Tell();
        foreach (var output in _outputs)
            Drive(output, output.ShallBeOn(now));
    }

    /// <summary>Nobody will step any more: what was known is known no longer.</summary>
    public void GiveUp(DateTimeOffset now)
    {
        foreach (var line in _lines)
            line.SetBroken(true, now, _changes);
        Tell();
    }

    /// <summary>Switches every output off and gives the lines back.</summary>
    public void Dispose()
    {
        foreach (var output in _outputs)
            Drive(output, isOn: false);
        _gpio.Dispose();
    }

    private void Watch(int number, WatchedLine line)
    {
        _gpio.OpenPin(number, ModeOf(line.Sensor.Options.Pull));
        if (!_hasEdges)
            return;
        _gpio.RegisterCallbackForPinValueChangedEvent(number, PinEventTypes.Rising | PinEventTypes.Falling, (_, edge) =>
        {
            if (_edges.Count < EdgesMax)
                _edges.Enqueue((line, edge.ChangeType == PinEventTypes.Rising, _clock.GetUtcNow()));
            Wake();
        });
    }

    private void Claim(int line, string owner, Action<int> open)
    {
        if (line >= _gpio.PinCount)
            throw new SensingException($"Line {line} of {owner} is not there: the chip has {_gpio.PinCount} lines, from 0.");
        try
        {
            open(line);
        }
        catch (Exception refused) when (refused is IOException or ArgumentException or InvalidOperationException)
        {
            throw new SensingException(
                $"Line {line} of {owner} cannot be had: {refused.Message} Does another program or an overlay use it? "
                + "gpioinfo lists who does (apt-get install gpiod).",
                refused);
        }
    }

    private void Test(WatchedLine line, DateTimeOffset now)
    {
        if (!TryRead(line, now, out var isHigh))
        {
            line.SkipTest(now);
            return;
        }

        switch (line.NextStep(isHigh, now))
        {
            case BiasStep.PullUp:
                Pulling(line, PinMode.InputPullUp, now);
                break;
            case BiasStep.PullDown:
                Pulling(line, PinMode.InputPullDown, now);
                break;
            case BiasStep.Restore:
                Pulling(line, ModeOf(line.Sensor.Options.Pull), now);
                break;
            default:
                line.See(isHigh, now, _changes);
                if (line.Judge(now, _changes))
                    TellWire(line);
                break;
        }
    }

    /// <summary>A chip that refuses costs this one test, not all the other sensors.</summary>
    private void Pulling(WatchedLine line, PinMode mode, DateTimeOffset now)
    {
        try
        {
            _gpio.SetPinMode(line.Line, mode);
        }
        catch (IOException broken)
        {
            line.SkipTest(now);
            Break(line, broken, now);
        }
    }

    /// <summary>The clock was set back: what was dated by the old one says nothing of now.</summary>
    private void BeginAnew(DateTimeOffset now)
    {
        _edges.Clear();
        _readAt = now;
        foreach (var line in _lines)
        {
            if (line.IsTested)
                Pulling(line, ModeOf(line.Sensor.Options.Pull), now);
            line.BeginAnew();
        }

        foreach (var sensor in _sensors)
            sensor.BeginAnew(now, _changes);
    }

    private bool TryRead(WatchedLine line, DateTimeOffset now, out bool isHigh)
    {
        try
        {
            isHigh = _gpio.Read(line.Line) == PinValue.High;
            if (line.SetBroken(false, now, _changes))
                TellWire(line);
            return true;
        }
        catch (IOException broken)
        {
            isHigh = false;
            Break(line, broken, now);
            return false;
        }
    }

    private void Break(WatchedLine line, IOException broken, DateTimeOffset now)
    {
        if (line.SetBroken(true, now, _changes))
            SensingLog.LineUnreadable(_log, line.Sensor.Name, line.Line, broken.Message);
    }

    private void TellWire(WatchedLine line)
    {
        if (line.IsLoose)
            SensingLog.LineLoose(_log, line.Sensor.Name, line.Line);
        else
            SensingLog.LineBack(_log, line.Sensor.Name, line.Line);
    }

    private void Tell()
    {
        foreach (var change in _changes)
            _offer(change);
        _changes.Clear();
    }

    private void Drive(OutputLine output, bool isOn)
    {
        if (output.IsOn == isOn)
            return;
        output.IsOn = isOn;
        try
        {
            _gpio.Write(output.Line, output.Level(isOn));
        }
        catch (IOException broken)
        {
            SensingLog.OutputStuck(_log, output.Name, broken.Message);
        }
    }

    private static PinMode ModeOf(Pull pull) => pull switch
    {
        Pull.Up => PinMode.InputPullUp,
        Pull.Down => PinMode.InputPullDown,
        _ => PinMode.Input,
    };

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
