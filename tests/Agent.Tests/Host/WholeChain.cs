namespace SocialCredit.Edge.Agent.Tests.Host;

/// <summary>Tests that play a clip through the whole chain run alone: they take every core and count the process's bytes.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class WholeChain
{
    public const string Name = "whole chain";
}
