using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Tracking;

/// <summary>
/// Kalman filter of a box: centre, width and height with their velocities, driven by white acceleration (Bar-Shalom, Li and
/// Kirubarajan, Estimation with Applications to Tracking and Navigation, 2001, 6.2.2). All noise is a share of the box's
/// height. The axes do not mix, and the two of the place and the two of the size share their covariances, so the usual 8x8
/// filter of box trackers falls into these few numbers. Pixels and seconds.
/// </summary>
internal struct KalmanFilter
{
    private Axis _x;
    private Axis _y;
    private Axis _width;
    private Axis _height;
    private Covariance _place;
    private Covariance _size;

    /// <summary>The box as it is believed to be, at least a pixel wide and high.</summary>
    public readonly Box Box
    {
        get
        {
            var (halfWidth, halfHeight) = (Math.Max(_width.Value, 1) / 2, Height / 2);
            return new Box(
                (float)(_x.Value - halfWidth),
                (float)(_y.Value - halfHeight),
                (float)(_x.Value + halfWidth),
                (float)(_y.Value + halfHeight));
        }
    }

    private readonly double Height => Math.Max(_height.Value, 1);

    /// <summary>Starts at a box, at rest and very unsure of that.</summary>
    public void Start(in Box box, MotionOptions options)
    {
        _x = new Axis { Value = (box.Left + box.Right) / 2 };
        _y = new Axis { Value = (box.Top + box.Bottom) / 2 };
        _width = new Axis { Value = box.Width };
        _height = new Axis { Value = box.Height };
        _place = new Covariance(options.PlaceNoise * Height, options.StartSpeed * Height);
        _size = new Covariance(options.SizeNoise * Height, options.SizeStartSpeed * Height);
    }

    /// <summary>Moves on in time.</summary>
    public void Predict(double seconds, MotionOptions options)
    {
        var (travel, kept) = Decay(seconds, options.HalfLifeSeconds);
        _x.Move(travel, kept);
        _y.Move(travel, kept);
        (travel, kept) = Decay(seconds, options.SizeHalfLifeSeconds);
        _width.Move(travel, kept);
        _height.Move(travel, kept);
        _place.Predict(seconds, options.Acceleration * Height);
        _size.Predict(seconds, options.SizeAcceleration * Height);
    }

    /// <summary>Takes in a measured box whose noise is <paramref name="factor"/> times the usual.</summary>
    public void Correct(in Box box, double factor, MotionOptions options)
    {
        var gain = _place.Correct(options.PlaceNoise * factor * Height);
        var sizeGain = _size.Correct(options.SizeNoise * factor * Height);
        _x.Correct((box.Left + box.Right) / 2, gain);
        _y.Correct((box.Top + box.Bottom) / 2, gain);
        _width.Correct(box.Width, sizeGain);
        _height.Correct(box.Height, sizeGain);
    }

    /// <summary>
    /// For how many seconds of the old velocity a decaying one carries, and the share of it that is left: exponential decay and
    /// its integral, the mean of an Ornstein-Uhlenbeck velocity. Covariances do not decay with it: what walks out of sight may
    /// slow down or not, which makes its place less sure, never surer.
    /// </summary>
    private static (double Travel, double Kept) Decay(double seconds, double halfLife)
    {
        var rate = Math.Log(2) / halfLife;
        var kept = Math.Exp(-rate * seconds);
        return ((1 - kept) / rate, kept);
    }

    private struct Axis
    {
        private double _velocity;

        public double Value { get; set; }

        public void Move(double travel, double kept)
        {
            Value += _velocity * travel;
            _velocity *= kept;
        }

        public void Correct(double measured, (double Value, double Velocity) gain)
        {
            var surprise = measured - Value;
            Value += gain.Value * surprise;
            _velocity += gain.Velocity * surprise;
        }
    }

    private struct Covariance(double value, double velocity)
    {
        private double _value = value * value;
        private double _cross;
        private double _velocity = velocity * velocity;

        public void Predict(double seconds, double acceleration)
        {
            var power = acceleration * acceleration;
            _value += seconds * ((2 * _cross) + (seconds * (_velocity + (power * seconds / 3))));
            _cross += seconds * (_velocity + (power * seconds / 2));
            _velocity += power * seconds;
        }

        public (double Value, double Velocity) Correct(double noise)
        {
            var total = _value + (noise * noise);
            var (gain, velocityGain) = (_value / total, _cross / total);
            _velocity -= velocityGain * _cross;
            _cross *= 1 - gain;
            _value *= 1 - gain;
            return (gain, velocityGain);
        }
    }
}
