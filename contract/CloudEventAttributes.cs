using System.Globalization;

namespace SocialCredit.Edge.Contract;

/// <summary>
/// The CloudEvents 1.0 attributes of a record in binary mode on MQTT 5: user properties of the message, and its content type.
/// <c>time</c> is left out on purpose: it would be finer than the window.
/// </summary>
public static class CloudEventAttributes
{
    public const string SpecVersion = "specversion";

    public const string Type = "type";

    public const string Source = "source";

    public const string Id = "id";

    public const string Sequence = "sequence";

    /// <summary>The attribute <c>datacontenttype</c>; MQTT 5 has a property of its own for it.</summary>
    public const string ContentType = "application/json";

    /// <summary>The type of an event record; the number rises with <see cref="EventRecord.Version"/>.</summary>
    public const string WindowType = "org.socialcredit.edge.window.v1";

    /// <summary>With <see cref="EventRecord.Id"/> the key of a delivery.</summary>
    public static string SourceOf(string site, string device) => $"/site/{site}/device/{device}";

    /// <summary>The user properties of a record, in a fixed order.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Of(EventRecord record, string device) =>
    [
        new(SpecVersion, "1.0"),
        new(Type, WindowType),
        new(Source, SourceOf(record.Site, device)),
        new(Id, record.Id),

        // Ten digits: it sorts as text, and its length never changes.
        new(Sequence, record.Sequence.ToString("D10", CultureInfo.InvariantCulture)),
    ];
}
