using System.Globalization;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Display;
using SocialCredit.Edge.Configuration;

namespace SocialCredit.Edge.Operation;

/// <summary>
/// One event of the log as text, with every secret made unreadable: after the text is put together, so that message, properties and
/// exceptions need no care of their own.
/// </summary>
/// <param name="template">What stands before the exception.</param>
/// <param name="hasStack">Exceptions with their stack, else in one line.</param>
/// <param name="isJournal">
/// Each line begins with its priority, sd-daemon(3); the journal knows the time itself.
/// </param>
internal sealed class LineFormatter(string template, bool hasStack, bool isJournal) : ITextFormatter
{
    private readonly MessageTemplateTextFormatter _head = new(template, CultureInfo.InvariantCulture);

    public void Format(LogEvent logEvent, TextWriter output)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        _head.Format(logEvent, text);

        // A name that somebody else chose must not forge a line.
        var head = text.ToString().ReplaceLineEndings(" ");
        var all = logEvent.Exception is not { } fault ? head
            : hasStack ? $"{head}\n{fault}"
            : $"{head} ({LastWords.InOneLine(fault)})";
        var prefix = isJournal ? $"<{Priority(logEvent.Level)}>" : "";
        foreach (var line in Redactor.Clean(all).Split('\n'))
        {
            output.Write(prefix);
            output.Write(line.TrimEnd('\r'));
            output.Write('\n');
        }
    }

    /// <summary>syslog(3).</summary>
    private static int Priority(LogEventLevel level) => level switch
    {
        LogEventLevel.Fatal => 2,
        LogEventLevel.Error => 3,
        LogEventLevel.Warning => 4,
        LogEventLevel.Information => 6,
        _ => 7,
    };
}
