using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Sensing;

/// <summary>
/// What every sensor says now, and who must be told. A sensor with stand-ins says what the first of them knows, itself first and
/// then in the order of the configuration; when that changes hands, it is dated at the change that made it so.
/// </summary>
internal sealed class SensorBoard
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Place> _placeOf = [];
    private readonly List<SensorTimeline> _timelines = [];

    public SensorBoard(IReadOnlyDictionary<string, SensorOptions> sensors)
    {
        foreach (var (name, _) in sensors.Where(sensor => sensor.Value.StandsInFor is null))
            _placeOf.Add(name, new Place(name));
        foreach (var (name, options) in sensors)
        {
            if (options.StandsInFor is not { } principal)
                continue;
            _placeOf.Add(name, _placeOf[principal]);
            _placeOf[principal].Sources.Add(name);
        }
    }

    /// <summary>Sensors of which nothing is known now, stand-ins counted with whom they stand in for.</summary>
    public int UnknownCount
    {
        get
        {
            lock (_gate)
                return _placeOf.Values.Distinct().Count(place => place.Said.State == SensorState.Unknown);
        }
    }

    /// <summary>A timeline that gets every change from now on, and first what is known already.</summary>
    public SensorTimeline AddTimeline()
    {
        var timeline = new SensorTimeline();
        lock (_gate)
        {
            _timelines.Add(timeline);
            foreach (var place in _placeOf.Values.Distinct().Where(place => place.Said.State != SensorState.Unknown))
                timeline.Offer(place.Said);
        }

        return timeline;
    }

    /// <summary>A source of a sensor changed; any thread.</summary>
    public void Offer(SensorChange change)
    {
        lock (_gate)
        {
            var place = _placeOf[change.Sensor];
            if (!place.Take(change))
                return;
            foreach (var timeline in _timelines)
                timeline.Offer(place.Said);
        }
    }

    /// <summary>One sensor as rules know it.</summary>
    private sealed class Place(string name)
    {
        private readonly Dictionary<string, SensorState> _states = [];

        /// <summary>In the order in which they are asked.</summary>
        public List<string> Sources { get; } = [name];

        public SensorChange Said { get; private set; } = new(DateTimeOffset.MinValue, name, SensorState.Unknown);

        /// <summary>True where the sensor says something else now.</summary>
        public bool Take(SensorChange change)
        {
            _states[change.Sensor] = change.State;
            var state = SensorState.Unknown;
            foreach (var source in Sources)
            {
                state = _states.GetValueOrDefault(source);
                if (state != SensorState.Unknown)
                    break;
            }

            if (state == Said.State)
                return false;
            // Two sources have two delays, but the sensor itself goes back in time only with the clock.
            var isInOrder = change.At > Said.At || SetBack.IsBetween(Said.At, change.At);
            Said = new SensorChange(isInOrder ? change.At : Said.At, name, state);
            return true;
        }
    }
}
