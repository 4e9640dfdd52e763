using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Sink;

/// <summary>The policy in force: one instance per process, replaced as a whole when a new valid file is taken.</summary>
public sealed class ActivePolicy(PolicyFile first)
{
    private volatile PolicyFile _current = first;

    public PolicyFile Current => _current;

    internal void Replace(PolicyFile next) => _current = next;
}

/// <summary>A policy and the exact bytes that it was read from.</summary>
public sealed record PolicyFile(Policy Policy, ReadOnlyMemory<byte> Bytes);
