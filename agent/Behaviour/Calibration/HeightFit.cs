namespace SocialCredit.Edge.Behaviour.Calibration;

/// <summary>
/// How a camera of a given focal length must stand so that persons have the same height wherever they are seen. Persons are
/// upright segments of one height on a plane, as in Lv, Zhao and Nevatia (Camera calibration from video of a walking human,
/// PAMI 2006) and Krahnstoever and Mendonca (Bayesian autocalibration for surveillance, ICCV 2005), but as boxes tell only how
/// high a person is in the picture and not how it leans, it is that height which is fitted. Robust least squares: Gauss-Newton
/// steps with Levenberg's damping, reweighted by Huber's function.
/// </summary>
internal sealed class HeightFit
{
    /// <summary>Of a box's height from place to place, as a share of it.</summary>
    private const double BoxSigma = 0.04;

    /// <summary>Between grown persons, as a share of their mean height.</summary>
    private const double PersonSigma = 0.05;

    /// <summary>Cameras are mounted nearly level: what is not seen is held near 0 by this.</summary>
    private const double RollSigma = 0.05;

    private const double HuberSigmas = 1.5;
    private const int StepsMax = 40;
    private const int Unknowns = 3;

    private readonly List<Sighting> _places;
    private readonly List<(int Start, int End)> _tracks = [];
    private readonly double _focal;
    private readonly double[] _weights;
    private double[] _state;
    private double[] _residuals;

    private HeightFit(List<Sighting> places, double focal, double[] state)
    {
        (_places, _focal, _state) = (places, focal, state);
        for (var start = 0; start < places.Count;)
        {
            var end = start;
            while (end < places.Count && places[end].Track == places[start].Track)
                end++;
            _tracks.Add((start, end));
            start = end;
        }

        _weights = new double[places.Count];
        _residuals = ResidualsOf(state) ?? [];
    }

    public double Tilt => _state[0];

    public double Roll => _state[1];

    /// <summary>Of the camera, in persons' heights.</summary>
    public double Height => Math.Exp(_state[2]);

    /// <summary>One standard error of tilt, roll and of the logarithm of the height, the focal length taken as known.</summary>
    public double[] StandardErrors { get; private set; } = [];

    /// <summary>Minus twice the logarithm of the likelihood, but for a constant.</summary>
    public double Cost { get; private set; }

    public PinholeCamera.View View => new(_focal, Tilt, Roll);

    /// <summary>Logarithms of the seen heights over the fitted ones, in the order of the places.</summary>
    public IEnumerable<double> Deviations => _residuals.Select(r => -r);

    /// <summary>Null where no such camera was found.</summary>
    /// <param name="places">In order of tracks.</param>
    /// <param name="focal">In heights of the picture.</param>
    public static HeightFit? Make(List<Sighting> places, double focal)
    {
        // Seen from low above, height grows in proportion to the distance below the horizon: a line gives the start.
        var (y, height) = (places.Average(p => p.Y), places.Average(p => p.Height));
        var slope = places.Sum(p => (p.Y - y) * (p.Height - height)) / places.Sum(p => (p.Y - y) * (p.Y - y));
        var horizon = y - (height / slope);
        if (!(slope > 0.01) || places.Any(p => p.Y <= horizon))
            horizon = Math.Min(horizon, places.Min(p => p.Y - (p.Height / 2)));
        var fit = new HeightFit(places, focal, [Math.Atan(-horizon / focal), 0, -Math.Log(Math.Clamp(slope, 0.01, 1))]);
        return fit._residuals.Length > 0 && fit.Descend() ? fit : null;
    }

    private bool Descend()
    {
        var damping = 1e-3;
        for (var step = 0; step < StepsMax; step++)
        {
            Reweigh();
            var cost = CostOf(_residuals, _state);
            var (normal, gradient) = NormalEquations();
            double[]? move = null;
            for (var trial = 0; trial < 12 && move is null; trial++)
            {
                move = TryMove(normal, gradient, damping, cost);
                damping *= move is null ? 5 : 0.2;
            }

            if (move is null || move.Max(Math.Abs) < 1e-7)
                break;
        }

        Reweigh();
        var (last, _) = NormalEquations();
        Cost = CostOf(_residuals, _state);
        StandardErrors = [.. Enumerable.Range(0, Unknowns).Select(i => Math.Sqrt(Linear.Solve(last, [i == 0 ? 1 : 0, i == 1 ? 1 : 0, i == 2 ? 1 : 0])?[i] ?? double.NaN))];
        return StandardErrors.All(double.IsFinite);
    }

    /// <summary>Takes the step if it lowers the cost; null if it does not.</summary>
    private double[]? TryMove(double[,] normal, double[] gradient, double damping, double cost)
    {
        var damped = (double[,])normal.Clone();
        for (var i = 0; i < Unknowns; i++)
            damped[i, i] *= 1 + damping;
        if (Linear.Solve(damped, [.. gradient.Select(g => -g)]) is not { } move)
            return null;
        double[] state = [.. _state.Zip(move, (a, b) => a + b)];
        if (ResidualsOf(state) is not { } residuals || CostOf(residuals, state) > cost)
            return null;
        (_state, _residuals) = (state, residuals);
        return move;
    }

    private double[]? ResidualsOf(double[] state)
    {
        var view = new PinholeCamera.View(_focal, state[0], state[1]);
        var height = Math.Exp(state[2]);
        var residuals = new double[_places.Count];
        for (var i = 0; i < residuals.Length; i++)
        {
            var place = _places[i];
            residuals[i] = Math.Log(view.PersonHeight(place.X, place.Y, height) / place.Height);
            if (!double.IsFinite(residuals[i]))
                return null;
        }

        return residuals;
    }

    /// <summary>Half hidden persons, children and what is no person at all count less.</summary>
    private void Reweigh()
    {
        foreach (var (start, end) in _tracks)
        {
            var middle = Robust.Median(_residuals[start..end]);
            var ofTrack = Math.Min(1, HuberSigmas * PersonSigma / Math.Max(1e-12, Math.Abs(middle)));
            for (var i = start; i < end; i++)
                _weights[i] = ofTrack * Math.Min(1, HuberSigmas * BoxSigma / Math.Max(1e-12, Math.Abs(_residuals[i] - middle)));
        }
    }

    /// <summary>
    /// Boxes of one person share that person's own height. Taking away the right part of each track's mean makes them
    /// independent (generalised least squares with a random effect for each person).
    /// </summary>
    private double[] Whitened(double[] values)
    {
        var whitened = new double[values.Length];
        foreach (var (start, end) in _tracks)
        {
            var (weight, sum) = (0.0, 0.0);
            for (var i = start; i < end; i++)
                (weight, sum) = (weight + _weights[i], sum + (_weights[i] * values[i]));
            var shared = 1 - Math.Sqrt(BoxSigma * BoxSigma / ((BoxSigma * BoxSigma) + (weight * PersonSigma * PersonSigma)));
            for (var i = start; i < end; i++)
                whitened[i] = Math.Sqrt(_weights[i]) * (values[i] - (shared * sum / weight)) / BoxSigma;
        }

        return whitened;
    }

    private double CostOf(double[] residuals, double[] state) =>
        Whitened(residuals).Sum(r => r * r) + (state[1] * state[1] / (RollSigma * RollSigma));

    private (double[,] Normal, double[] Gradient) NormalEquations()
    {
        const double Small = 1e-5;
        var residuals = Whitened(_residuals);
        var slopes = new double[Unknowns][];
        for (var i = 0; i < Unknowns; i++)
        {
            var moved = (double[])_state.Clone();
            moved[i] += Small;
            var there = ResidualsOf(moved) ?? _residuals;
            slopes[i] = Whitened([.. there.Zip(_residuals, (a, b) => (a - b) / Small)]);
        }

        var (normal, gradient) = (new double[Unknowns, Unknowns], new double[Unknowns]);
        for (var i = 0; i < Unknowns; i++)
        {
            gradient[i] = Linear.Dot(slopes[i], residuals);
            for (var k = 0; k < Unknowns; k++)
                normal[i, k] = Linear.Dot(slopes[i], slopes[k]);
        }

        normal[1, 1] += 1 / (RollSigma * RollSigma);
        gradient[1] += _state[1] / (RollSigma * RollSigma);
        return (normal, gradient);
    }
}
