namespace SocialCredit.Edge.Contract;

/// <summary>The published JSON Schema of a record (draft 2020-12), as it is in this assembly.</summary>
public static class EventRecordSchema
{
    private const string Resource = "event-record.schema.json";

    /// <summary>The media type under which it is served.</summary>
    public const string ContentType = "application/schema+json";

    public static string Text { get; } = Read();

    private static string Read()
    {
        using var stream = typeof(EventRecordSchema).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"{Resource} must be built into the contract.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
