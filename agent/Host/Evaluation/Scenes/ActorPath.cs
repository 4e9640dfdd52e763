using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Host.Evaluation.Scenes;

/// <summary>Where an actor is at which time: straight legs at even acceleration, and rests.</summary>
internal sealed class ActorPath
{
    private readonly double[] _x;
    private readonly double[] _y;
    private readonly Leg[] _legs;
    private readonly double[] _arrives;
    private readonly double[] _leaves;

    private ActorPath(int count)
    {
        (_x, _y, _legs) = (new double[count], new double[count], new Leg[count]);
        (_arrives, _leaves) = (new double[count], new double[count]);
    }

    /// <summary>Seconds from the play's start, below 0 where the anchor is late.</summary>
    public double From => _arrives[0];

    public double To => _leaves[^1];

    public double ArrivesAt(int waypoint) => _arrives[waypoint];

    public static ActorPath Draw(ActorSection actor, SceneRandom random)
    {
        var path = new ActorPath(actor.Path.Count);
        var waits = new double[actor.Path.Count];
        var untils = new double[actor.Path.Count];
        var usual = (actor.Speed ?? UsualSpeed(actor.Class)).Draw(random);
        var (x, y) = (0.0, 0.0);
        for (var i = 0; i < actor.Path.Count; i++)
        {
            var to = actor.Path[i];
            (x, y) = ((to.X?.Draw(random) ?? x) + to.Dx.Draw(random), (to.Y?.Draw(random) ?? y) + to.Dy.Draw(random));
            (path._x[i], path._y[i]) = (x, y);
            var speed = to.Speed?.Draw(random) ?? usual;
            path._legs[i] = i == 0 ? default : Leg.Between(Math.Sqrt(Square(x - path._x[i - 1]) + Square(y - path._y[i - 1])), speed, to.Arrives?.Draw(random) ?? speed);
            waits[i] = to.WaitSeconds.Draw(random);
            untils[i] = to.UntilSeconds?.Draw(random) ?? double.MinValue;
        }

        path.Time(actor.Anchor, actor.At.Draw(random), waits, untils);
        return path;
    }

    /// <summary>Place in metres and heading in radians; false before the path begins and after it ends.</summary>
    public bool TryAt(double seconds, out (double X, double Y, double Heading) place)
    {
        place = default;
        if (seconds < From || seconds > To)
            return false;
        var i = 0;
        while (i < _x.Length - 1 && seconds > _leaves[i])
            i++;

        // Now waypoint i is where it rests, or the next one that it will reach.
        var isResting = i == 0 || seconds >= _arrives[i];
        var share = isResting ? 1 : _legs[i].ShareAfter(seconds - _leaves[i - 1]);
        var from = Math.Max(0, i - 1);
        place = (_x[from] + share * (_x[i] - _x[from]), _y[from] + share * (_y[i] - _y[from]), HeadingTo(i));
        return true;
    }

    /// <summary>Of the last leg of some length up to here, or of the next one.</summary>
    private double HeadingTo(int waypoint)
    {
        for (var i = waypoint; i > 0; i--)
        {
            if (_legs[i].Metres > 0)
                return Math.Atan2(_y[i] - _y[i - 1], _x[i] - _x[i - 1]);
        }

        for (var i = waypoint + 1; i < _x.Length; i++)
        {
            if (_legs[i].Metres > 0)
                return Math.Atan2(_y[i] - _y[i - 1], _x[i] - _x[i - 1]);
        }

        return 0;
    }

    private void Time(int anchor, double at, double[] waits, double[] untils)
    {
        _arrives[anchor] = at;
        for (var i = anchor; i < _x.Length; i++)
        {
            if (i > anchor)
                _arrives[i] = _leaves[i - 1] + _legs[i].Seconds;
            _leaves[i] = Math.Max(_arrives[i] + waits[i], untils[i]);
        }

        for (var i = anchor - 1; i >= 0; i--)
        {
            _leaves[i] = _arrives[i + 1] - _legs[i + 1].Seconds;
            _arrives[i] = _leaves[i] - waits[i];
        }
    }

    private static Spread UsualSpeed(ObjectClass kind) => kind switch
    {
        ObjectClass.Bicycle => new Spread(3, 5),
        ObjectClass.Vehicle => new Spread(7, 11),
        _ => new Spread(1.1, 1.6),
    };

    private static double Square(double a) => a * a;

    /// <summary>A straight way at even acceleration.</summary>
    private readonly record struct Leg(double Metres, double Speed, double Acceleration, double Seconds)
    {
        public static Leg Between(double metres, double speed, double arrives)
        {
            if (metres <= 0)
                return default;
            var seconds = 2 * metres / Math.Max(1e-3, speed + arrives);
            return new Leg(metres, speed, (arrives - speed) / seconds, seconds);
        }

        public double ShareAfter(double seconds) =>
            Metres <= 0 ? 1 : Math.Clamp((Speed * seconds + Acceleration * seconds * seconds / 2) / Metres, 0, 1);
    }
}
