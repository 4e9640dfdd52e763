using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace SocialCredit.Edge.Host.Observing;

/// <summary>What one camera's frames take, for the histograms of <see cref="AgentMetrics"/>. Allocates nothing for a frame.</summary>
internal sealed class FrameTimes(string camera, Histogram<double> age, Histogram<double> inference)
{
    private readonly KeyValuePair<string, object?> _camera = new("camera", camera);

    /// <summary>Letterbox, model and head of one frame.</summary>
    /// <param name="ticks">Of <see cref="Stopwatch"/>.</param>
    public void Detected(long ticks) => inference.Record((double)ticks / Stopwatch.Frequency, _camera);

    /// <summary>A live frame went through the rules.</summary>
    /// <param name="sinceCapture">Negative where the clock was set back meanwhile.</param>
    public void Followed(TimeSpan sinceCapture) => age.Record(Math.Max(0, sinceCapture.TotalSeconds), _camera);
}
