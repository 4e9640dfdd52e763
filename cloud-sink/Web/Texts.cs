[assembly: Microsoft.Extensions.Localization.RootNamespace("SocialCredit.Edge.Sink")]

namespace SocialCredit.Edge.Sink.Web;

/// <summary>
/// What the pages say, in <c>Texts.resx</c>. Another language is <c>Texts.de.resx</c> beside it, with <c>page.language</c> and every other key.
/// </summary>
public sealed class Texts;
