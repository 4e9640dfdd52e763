namespace SocialCredit.Edge.Sink.Scoring;

/// <summary>
/// What is left of all days up to one, enough to go on from: the decayed sums and how the letter stands. A zone of ten years goes on from it as fast as
/// one of a month, and to the same bits as from the first day.
/// </summary>
internal sealed record ScoreState
{
    /// <summary>The last day that is in it.</summary>
    public required DateOnly Day { get; init; }

    /// <summary>There was a row on any of its days.</summary>
    public bool HasRows { get; init; }

    /// <summary>Thousands of passages, each day halved for every half-life of its age.</summary>
    public double Exposure { get; init; }

    public long Windows { get; init; }

    public long Released { get; init; }

    /// <summary>In the order in which the zone is scored for them.</summary>
    public IReadOnlyList<BehaviourSums> Behaviours { get; init; } = [];

    public Grade Held { get; init; } = Grade.U;

    public Grade Next { get; init; } = Grade.U;

    public int DaysInNext { get; init; }
}

/// <summary>Decayed sums over the days on which a behaviour was measured.</summary>
/// <param name="Name">The behaviour.</param>
/// <param name="IsMeasured">It was, on any day.</param>
/// <param name="Exposure">E: thousands of passages.</param>
/// <param name="Exposure2">E2: the same with the squared weights.</param>
/// <param name="Count">Events as counted, without the camera's factor.</param>
/// <param name="Windows2">Released windows with the squared weights.</param>
internal sealed record BehaviourSums(string Name, bool IsMeasured, double Exposure, double Exposure2, double Count, double Windows2);
