namespace SocialCredit.Edge.Anonymisation;

/// <summary>How old a window's record can be and still be taken by a sink.</summary>
internal static class RecordAge
{
    public static readonly TimeSpan Max = TimeSpan.FromDays(8);
}
