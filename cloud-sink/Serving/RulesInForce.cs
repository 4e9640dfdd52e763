using System.Security.Cryptography;
using SocialCredit.Edge.Sink.Governance;
using SocialCredit.Edge.Sink.Scoring;

namespace SocialCredit.Edge.Sink.Serving;

/// <summary>By what scores are made at this moment: the policy and the calibration in force, what contests have decided, and the policies that are tried beside them.</summary>
internal sealed class RulesInForce(ActivePolicy policy, ActiveCalibration calibration, ActiveRulings rulings, ShadowPolicies shadows)
{
    /// <summary>By these a score is published.</summary>
    public ScoreRules Current => rulings.Current.Rulings.Over(policy.Current.Policy, calibration.Current.Calibration);

    /// <summary>By these it would be another; never published as the score.</summary>
    public IReadOnlyList<ScoreRules> Shadows => [.. shadows.Current.Where(file => file.Policy.Id != policy.Current.Policy.Id).Select(file => Current with { Policy = file.Policy })];

    /// <summary>The exact bytes of what is public of it.</summary>
    public RulesFiles Files => new(policy.Current, calibration.Current.Bytes, rulings.Current.Bytes);

    /// <summary>By what right the policy is in force.</summary>
    public PolicyStanding Standing => policy.Standing;

    /// <summary>
    /// Another one as soon as anything of it has changed for all zones; what a contest decides concerns one, which is marked as due.
    /// </summary>
    public string Digest
    {
        get
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (var part in (IEnumerable<ReadOnlyMemory<byte>>)[policy.Current.Bytes, calibration.Current.Bytes, .. shadows.Current.Select(file => file.Bytes)])
            {
                hash.AppendData(part.Span);
                hash.AppendData([0]);
            }

            return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
        }
    }
}

/// <summary>Policies that are computed beside the one in force; replaced as a whole when the configuration names others.</summary>
internal sealed class ShadowPolicies(IReadOnlyList<PolicyFile> first)
{
    private volatile IReadOnlyList<PolicyFile> _current = first;

    public IReadOnlyList<PolicyFile> Current => _current;

    public void Replace(IReadOnlyList<PolicyFile> next) => _current = next;
}

/// <summary>The exact bytes of all rules.</summary>
/// <param name="Read">The policy, read.</param>
/// <param name="Calibration">The calibration.</param>
/// <param name="Rulings">What contests have decided.</param>
internal sealed record RulesFiles(PolicyFile Read, ReadOnlyMemory<byte> Calibration, ReadOnlyMemory<byte> Rulings)
{
    public ReadOnlyMemory<byte> Policy => Read.Bytes;
}
