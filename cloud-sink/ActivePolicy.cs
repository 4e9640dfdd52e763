using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Governance;

namespace SocialCredit.Edge.Sink;

/// <summary>The policy in force: one instance per process, replaced as a whole when another one comes into force.</summary>
public sealed class ActivePolicy(PolicyFile first)
{
    private volatile PolicyStanding _standing = PolicyStanding.OfFile(first);

    public PolicyFile Current => _standing.File;

    /// <summary>Who signed it, and until when it is in force.</summary>
    internal PolicyStanding Standing => _standing;

    internal void Replace(PolicyStanding next) => _standing = next;
}

/// <summary>A policy and the exact bytes that it was read from.</summary>
public sealed record PolicyFile(Policy Policy, ReadOnlyMemory<byte> Bytes);
