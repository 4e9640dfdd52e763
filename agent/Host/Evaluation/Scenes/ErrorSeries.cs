namespace SocialCredit.Edge.Host.Evaluation.Scenes;

/// <summary>Errors of many people over time: how large they are, and how long they last.</summary>
internal sealed class ErrorSeries
{
    private readonly List<double> _values = [];
    private readonly List<(double Before, double Now)> _steps = [];
    private readonly Dictionary<int, (int Frame, double Value)> _last = [];

    public void Add((int Person, int Frame) key, double value)
    {
        _values.Add(value);
        if (_last.TryGetValue(key.Person, out var last) && last.Frame == key.Frame - 1)
            _steps.Add((last.Value, value));
        _last[key.Person] = (key.Frame, value);
    }

    /// <summary>Standard deviation; a constant error is none, because zones are drawn on what the camera shows.</summary>
    public double Deviation => _values.Count == 0 ? 0 : Math.Sqrt(_values.Average(v => (v - Mean) * (v - Mean)));

    private double Mean => _values.Average();

    /// <summary>Until an error is forgotten to a third (1/e), by the correlation from one frame to the next.</summary>
    public double Seconds(double framesPerSecond)
    {
        if (_steps.Count == 0 || Deviation == 0)
            return 0;
        var mean = Mean;
        var correlation = _steps.Average(s => (s.Before - mean) * (s.Now - mean)) / (Deviation * Deviation);
        return correlation <= 0 ? 0 : -1 / framesPerSecond / Math.Log(Math.Min(correlation, 0.999));
    }
}
