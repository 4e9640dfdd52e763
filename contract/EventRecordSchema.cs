namespace SocialCredit.Edge.Contract;

/// <summary>The published JSON Schema of a record (draft 2020-12), as it is in this assembly.</summary>
public static class EventRecordSchema
{
    private const string Resource = "event-record.schema.json";

    /// <summary>The media type under which it is served.</summary>
    public const string ContentType = "application/schema+json";

    public static string Text { get; } = Read(Resource);

    internal static string Read(string resource)
    {
        using var stream = typeof(EventRecordSchema).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"{resource} must be built into the contract.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
