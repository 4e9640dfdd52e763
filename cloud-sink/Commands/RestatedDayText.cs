using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Commands;

/// <summary>A day that is not as its records say, in words.</summary>
internal static class RestatedDayText
{
    public static string Of(string zone, RestatedDay day, bool wasWritten)
    {
        var head = $"{zone} {day.Date:yyyy-MM-dd}: ";
        if (!day.IsKnown)
            return head + $"{day.Stands!.Windows} windows stand, and none of their records is there any more; it stays as it is.";
        return head + $"{Numbers(day.Stands)}{(wasWritten ? " became " : ", but its records say ")}{Numbers(day.Records)}.";
    }

    /// <summary>Without its behaviours, of which there may be many.</summary>
    public static string Short(ZoneDay? day) => day is null ? "nothing" : $"{day.Windows} windows ({day.Released} released), {day.Passages} passages";

    private static string Numbers(ZoneDay? day) => day is null
        ? "nothing"
        : Short(day) + string.Concat(day.Counts.Where(count => count.Value != 0).OrderBy(count => count.Key, StringComparer.Ordinal).Select(count => $", {count.Key} {count.Value}"));
}
