using System.Security.Cryptography;
using System.Text;
using SocialCredit.Edge.Sink.Scoring;

namespace SocialCredit.Edge.Sink.Serving;

/// <summary>By what scores are made at this moment: the policy and the calibration in force, and the policies that are tried beside them.</summary>
internal sealed class RulesInForce(ActivePolicy policy, ActiveCalibration calibration, ShadowPolicies shadows)
{
    /// <summary>By these a score is published.</summary>
    public ScoreRules Current => new(policy.Current.Policy, calibration.Current.Calibration);

    /// <summary>By these it would be another; never published as the score.</summary>
    public IReadOnlyList<ScoreRules> Shadows => [.. shadows.Current.Select(file => Current with { Policy = file.Policy })];

    /// <summary>Another one as soon as anything of it has changed for any zone.</summary>
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

            var rules = Current;
            hash.AppendData(Encoding.UTF8.GetBytes(string.Join('\n', [rules.Policy.Id, .. rules.Excluded.Select(days => days.ToString()), .. rules.Disabled.Select(one => one.ToString())])));
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
