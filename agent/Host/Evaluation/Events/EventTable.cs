using Spectre.Console;

namespace SocialCredit.Edge.Host.Evaluation.Events;

/// <summary>Scores of events as a table for a terminal.</summary>
internal static class EventTable
{
    /// <summary>From so many true events on, a count error says something.</summary>
    private const int CountedFrom = 100;

    public static Table Of(IEnumerable<EventScores> scores)
    {
        var table = new Table().AddColumn("behaviour");
        foreach (var title in (string[])["true", "seen", "hits", "precision", "recall", "F1", "false/h", "count error"])
            table.AddColumn(new TableColumn(title).RightAligned());
        foreach (var s in scores)
        {
            table.AddRow(
                s.Behaviour, $"{s.Truth}", $"{s.Seen}", $"{s.Hits}", Text(s.Precision, s.PrecisionInterval), Text(s.Recall, s.RecallInterval),
                $"{s.F1:0.000}", $"{s.FalsePerHour:0.0}", s.Truth >= CountedFrom ? $"{s.CountError:0.0%}" : "-");
        }

        return table;
    }

    private static string Text(double share, (double Low, double High) interval) => $"{share:0.000} ({interval.Low:0.00}-{interval.High:0.00})";
}
