using System.Numerics;
using System.Runtime.CompilerServices;

namespace SocialCredit.Edge.Behaviour;

/// <summary>Where one track was on the ground in the last 4 s or more, in metres. A ring of fixed size: nothing is allocated.</summary>
internal struct GroundPath
{
    private const int Kept = 96;

    /// <summary>Closer together in time, places are not kept: the ring would not reach far enough back.</summary>
    private const double StepSecondsMin = 0.045;

    /// <summary>After a longer break it is another path.</summary>
    private const double BreakSeconds = 1;

    /// <summary>Nobody moves faster, in m/s; a place further off is one bad box.</summary>
    private const float SpeedMax = 50;

    private Ring _ring;
    private int _count;
    private bool _isDoubtful;

    public readonly int Count => Math.Min(_count, Kept);

    /// <summary>The place before so many: 0 is the newest. Only below <see cref="Count"/>.</summary>
    public readonly (DateTimeOffset At, Vector2 Metres) Back(int steps) => _ring[(_count - 1 - steps) % Kept];

    /// <summary>Takes in where the track stands now; false if it cannot be there. Two such places in a row begin a new path.</summary>
    public bool Add(DateTimeOffset at, Vector2 metres)
    {
        if (_count > 0)
        {
            var seconds = (at - Back(0).At).TotalSeconds;
            var isFar = Vector2.Distance(Back(0).Metres, metres) > 1 + SpeedMax * seconds;
            if (isFar && !_isDoubtful)
            {
                _isDoubtful = true;
                return false;
            }

            if (isFar || seconds > BreakSeconds)
                _count = 0;
            else if (seconds < StepSecondsMin)
                return true;
        }

        _isDoubtful = false;
        _ring[_count++ % Kept] = (at, metres);
        return true;
    }

    /// <summary>Metres a second along both axes, by least squares over the places of the seconds up to a time; false if they are too few.</summary>
    public readonly bool TryVelocity(DateTimeOffset until, double seconds, out Vector2 velocity)
    {
        var (n, sumT, sumTT, first, last) = (0, 0f, 0f, 0f, 0f);
        var (sum, sumT2) = (Vector2.Zero, Vector2.Zero);
        for (var i = 0; i < Count; i++)
        {
            var (at, metres) = Back(i);
            var t = (float)(at - until).TotalSeconds;
            if (t > 0.001f)
                continue;
            if (t < -seconds - 0.001f)
                break;
            // Relative to the newest place, so that a float is fine enough.
            var from = metres - Back(0).Metres;
            (last, first) = (n == 0 ? t : last, t);
            (n, sumT, sumTT, sum, sumT2) = (n + 1, sumT + t, sumTT + t * t, sum + from, sumT2 + t * from);
        }

        var spread = n * sumTT - sumT * sumT;
        var isEnough = n >= 3 && last - first >= 0.39f;
        velocity = isEnough ? (n * sumT2 - sumT * sum) / spread : Vector2.Zero;
        return isEnough;
    }

    [InlineArray(Kept)]
    private struct Ring
    {
        private (DateTimeOffset At, Vector2 Metres) _first;
    }
}
