namespace SocialCredit.Edge.Capture;

/// <summary>
/// What a camera's picture is usually like: how sharp, how much structure, and 1,480 steps between coarse cells, learned so
/// slowly that nobody who passes is in them. 6 KB of RAM, gone with the agent.
/// </summary>
internal sealed class PictureMemory
{
    /// <summary>So long a picture is learned before sharpness and structure are judged by it.</summary>
    public static readonly TimeSpan ReadyAfter = TimeSpan.FromMinutes(1);

    /// <summary>So long until a camera can be said to have moved: what was parked in front of it at the start had time to go.</summary>
    public static readonly TimeSpan PlaceKnownAfter = TimeSpan.FromMinutes(5);

    // The place follows the light of a day, which changes within an hour; dirt and fog, which take weeks, must not become usual.
    private static readonly TimeSpan PlaceSlowness = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan LooksSlowness = TimeSpan.FromDays(1);

    // Below this root mean square of the learned steps there is nothing built that could be recognised.
    private const float StepsMin = 0.02f;

    private readonly float[] _steps = new float[PictureMeasure.StepCount];
    private TimeSpan _learned;

    public bool IsReady => _learned >= ReadyAfter;

    public bool IsPlaceKnown => _learned >= PlaceKnownAfter;

    /// <summary>See <see cref="PictureWatch.Sharpness"/>.</summary>
    public float Sharpness { get; private set; }

    /// <summary>See <see cref="PictureMeasure.Structure"/>.</summary>
    public float Structure { get; private set; }

    /// <summary>What <see cref="Compare"/> usually gives.</summary>
    public float Match { get; private set; }

    /// <summary>How alike the steps are to the learned ones: the cosine between them, 1 for the same place, near 0 for another.</summary>
    /// <returns>Null where nothing was learned that could be recognised.</returns>
    public float? Compare(ReadOnlySpan<float> steps)
    {
        float both = 0, own = 0, given = 0;
        for (var i = 0; i < _steps.Length; i++)
        {
            both += _steps[i] * steps[i];
            own += _steps[i] * _steps[i];
            given += steps[i] * steps[i];
        }

        if (own < StepsMin * StepsMin * _steps.Length)
            return null;
        return given > 0 ? both / MathF.Sqrt(own * given) : 0;
    }

    /// <summary>A mean of all so far at first, then one that forgets.</summary>
    public void Learn((float Sharpness, float Structure, float? Match) looks, ReadOnlySpan<float> steps, TimeSpan passed)
    {
        _learned += passed;
        var (looksPart, placePart) = (Part(LooksSlowness, passed), Part(PlaceSlowness, passed));
        Sharpness += (looks.Sharpness - Sharpness) * looksPart;
        Structure += (looks.Structure - Structure) * looksPart;
        if (looks.Match is { } match)
            Match += (match - Match) * placePart;
        for (var i = 0; i < _steps.Length; i++)
            _steps[i] += (steps[i] - _steps[i]) * placePart;
    }

    private float Part(TimeSpan slowness, TimeSpan passed)
    {
        var over = _learned < slowness ? _learned : slowness;
        return over > TimeSpan.Zero ? (float)(passed / over) : 1;
    }
}
