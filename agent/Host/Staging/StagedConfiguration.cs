using SocialCredit.Edge.Host.Configuration;

namespace SocialCredit.Edge.Host.Staging;

/// <summary>A configuration without fault that may run.</summary>
/// <param name="Configuration">As it was read.</param>
/// <param name="Texts">As it was written.</param>
/// <param name="Sha256">Of both texts and of the weights of its models.</param>
/// <param name="Command">The command that brought its policy; 0 where a file did.</param>
internal sealed record StagedConfiguration(AgentConfiguration Configuration, ConfigurationTexts Texts, string Sha256, long Command)
{
    /// <summary>What must work again; null for one that has proven itself already.</summary>
    public ProbationFacts? MustWork { get; init; }

    /// <summary>There is an earlier one to go back to.</summary>
    public bool HasFallback { get; init; }

    /// <summary>A command waits for what becomes of it.</summary>
    public bool IsByCommand { get; init; }
}
