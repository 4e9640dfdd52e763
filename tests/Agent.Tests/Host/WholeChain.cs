namespace SocialCredit.Edge.Agent.Tests.Host;

/// <summary>Tests of the whole chain that count a process's bytes, threads or time run alone. A replay gives the same whatever runs beside it.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class WholeChain
{
    public const string Name = "whole chain";
}
