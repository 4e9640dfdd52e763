namespace SocialCredit.Edge.Sink.Simulation;

/// <summary>How a place fills over a day and a week.</summary>
internal enum DayRhythm : byte
{
    /// <summary>Two peaks on working days.</summary>
    Commuters,

    /// <summary>Short peaks when school begins and ends; nearly empty at the weekend.</summary>
    School,

    /// <summary>Fills in the evening, most on Friday and Saturday.</summary>
    Night,

    /// <summary>Broad over the day, more on Saturday.</summary>
    Shops,
}

internal static class DayRhythms
{
    /// <summary>The share of the busiest hour's footfall, 0..1, in an hour of UTC.</summary>
    public static double ShareAt(this DayRhythm rhythm, DateTimeOffset at)
    {
        var isWeekend = at.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;
        var hour = at.Hour + 0.5;
        return rhythm switch
        {
            DayRhythm.Commuters => (0.03 + 0.97 * Math.Max(Peak(hour, 8, 1.3), Math.Max(Peak(hour, 17.5, 1.8), 0.45 * Peak(hour, 12.5, 3)))) * (isWeekend ? 0.45 : 1),
            DayRhythm.School => isWeekend ? 0.12 * Peak(hour, 14, 4) : Math.Max(Peak(hour, 7.5, 0.8), Math.Max(0.8 * Peak(hour, 13.5, 1.2), 0.3 * Peak(hour, 13, 4.5))),
            DayRhythm.Night => (0.05 + Math.Max(Peak(hour, 22, 2.5), 0.6 * Peak(hour, 0, 1.5))) * (at.DayOfWeek is DayOfWeek.Friday or DayOfWeek.Saturday ? 1 : 0.4),
            _ => (0.02 + 0.98 * Peak(hour, 14, 3.5)) * (at.DayOfWeek switch { DayOfWeek.Saturday => 1, DayOfWeek.Sunday => 0.25, _ => 0.7 }),
        };
    }

    private static double Peak(double hour, double middle, double width) => Math.Exp(-0.5 * Math.Pow((hour - middle) / width, 2));
}
