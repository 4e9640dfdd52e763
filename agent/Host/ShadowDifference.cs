using System.Globalization;
using System.Runtime.InteropServices;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Host.Configuration;

namespace SocialCredit.Edge.Host;

/// <summary>
/// Counts what the rules in force see and what the shadow sees of the same frames, and gives away nothing but the differences, and
/// those only as they stood when enough people had passed since the last time: a line more is then nobody's.
/// </summary>
internal sealed class ShadowDifference(CameraSection camera)
{
    /// <summary>As a record's release asks at the least (contract, section 3): 20 persons of 1.5 tracks each.</summary>
    public const int PassagesMin = 30;

    private readonly Dictionary<string, (int InForce, int Shadow)>[] _counts = [.. camera.Zones.Select(_ => new Dictionary<string, (int, int)>())];
    private readonly Lock _gate = new();
    private IReadOnlyList<string> _lines = [];
    private int _passages;

    /// <summary>What is in force: looks at each frame and hands it on.</summary>
    public IFrameObserver InForce(IFrameObserver next) => new Side(this, next);

    /// <summary>What the shadow tells; nothing comes after it.</summary>
    public IFrameObserver Shadow => new Side(this, null);

    /// <summary>
    /// A line for each zone and behaviour: <c>crossing-north wrong_way: 2 more</c>. As it stood when 30 more had passed, in all zones together;
    /// empty before that.
    /// </summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_gate)
                return _lines;
        }
    }

    /// <summary>All differences as they stand; for clips, where nobody's privacy is the device's to keep.</summary>
    public IReadOnlyList<string> AllLines()
    {
        lock (_gate)
            return Describe();
    }

    private void Count(IReadOnlyList<List<BehaviourEvent>> events, bool isShadow)
    {
        lock (_gate)
        {
            for (var i = 0; i < events.Count; i++)
            {
                foreach (var seen in events[i])
                {
                    ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(_counts[i], seen.Behaviour, out _);
                    count = isShadow ? (count.InForce, count.Shadow + 1) : (count.InForce + 1, count.Shadow);
                    if (!isShadow && Behaviours.Find(seen.Behaviour) is { Sign: BehaviourSign.Exposure })
                        _passages++;
                }
            }

            if (!isShadow || _passages < PassagesMin)
                return;
            (_passages, _lines) = (0, Describe());
        }
    }

    private List<string> Describe()
    {
        var lines = new List<string>();
        for (var i = 0; i < _counts.Length; i++)
        {
            foreach (var (behaviour, (inForce, shadow)) in _counts[i].OrderBy(count => count.Key, StringComparer.Ordinal))
            {
                var difference = shadow - inForce;
                var words = difference == 0 ? "no difference"
                    : string.Create(CultureInfo.InvariantCulture, $"{Math.Abs(difference)} {(difference > 0 ? "more" : "fewer")}");
                lines.Add($"{camera.Zones[i].Name} {behaviour}: {words}");
            }
        }

        return lines;
    }

    private sealed class Side(ShadowDifference whole, IFrameObserver? next) : IFrameObserver
    {
        public void Observe(in SeenFrame frame)
        {
            whole.Count(frame.Events, isShadow: next is null);
            next?.Observe(frame);
        }

        public void Finish() => next?.Finish();
    }
}
