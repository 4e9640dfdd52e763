namespace SocialCredit.Edge.Sink.Storage;

/// <summary>The store is there, but cannot be used as it is; the message says why and what to do.</summary>
public sealed class StoreException(string message, Exception? cause = null) : Exception(message, cause);
