namespace SocialCredit.Edge.Contract;

/// <summary>The published JSON Schema of a manifest (draft 2020-12), as it is in this assembly.</summary>
public static class PrivacyManifestSchema
{
    public static string Text { get; } = EventRecordSchema.Read("privacy-manifest.schema.json");
}
