namespace SocialCredit.Edge.Host.Evaluation.Scenes;

/// <summary>What befalls the whole picture: the camera shakes, the light changes.</summary>
internal sealed class Disturbance(DetectorNoise noise, SceneRandom random)
{
    private Drift _x;
    private Drift _y;
    private Burst _gust;
    private Burst _light;

    /// <summary>Displacement of the picture, in frame heights.</summary>
    public (double X, double Y) Offset { get; private set; }

    /// <summary>Of detections beside the usual.</summary>
    public double LostShare { get; private set; }

    public double FalseFactor { get; private set; } = 1;

    public void Next(double seconds)
    {
        var (shake, light) = (noise.Shake, noise.Light);
        var gusts = shake.GustsPerMinute / 60 * shake.GustSeconds;
        var size = shake.Share * (_gust.Next(random, seconds, Math.Min(0.9, gusts), shake.GustSeconds) ? shake.GustFactor : 1);
        Offset = (size * _x.Next(random, seconds, shake.Seconds), size * _y.Next(random, seconds, shake.Seconds));
        var isChanging = _light.Next(random, seconds, Math.Min(0.9, light.PerHour / 3600 * light.Seconds), light.Seconds);
        (LostShare, FalseFactor) = isChanging ? (light.MissShare, light.FalseFactor) : (0, 1);
    }
}
