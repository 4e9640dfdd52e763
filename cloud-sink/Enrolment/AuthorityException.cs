namespace SocialCredit.Edge.Sink.Enrolment;

/// <summary>A key or a certificate of the sink cannot be read or made; the message says which and what to do.</summary>
internal sealed class AuthorityException(string message, Exception? inner = null) : IOException(message, inner);
