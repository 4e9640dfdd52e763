using Spectre.Console;

namespace SocialCredit.Edge.Host.Evaluation.Events;

/// <summary>Scores of events as a table that fits a terminal of 80 columns; the 95 % intervals stand in the JSON.</summary>
internal static class EventTable
{
    /// <summary>From so many true events on, a count error says something.</summary>
    private const int CountedFrom = 100;

    public static Table Of(IEnumerable<EventScores> scores)
    {
        var table = new Table().AddColumn(new TableColumn("behaviour").NoWrap());
        foreach (var title in (string[])["true", "seen", "prec.", "recall", "F1", "false/h", "off by"])
            table.AddColumn(new TableColumn(title).RightAligned());
        foreach (var s in scores)
        {
            table.AddRow(
                s.Behaviour, $"{s.Truth}", $"{s.Seen}", $"{s.Precision:0.000}", $"{s.Recall:0.000}", $"{s.F1:0.000}",
                $"{s.FalsePerHour:0.0}", s.Truth >= CountedFrom ? $"{100 * s.CountError:0.0} %" : "-");
        }

        return table;
    }
}
