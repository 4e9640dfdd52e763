using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Sink.Scoring;

/// <summary>All that a score is made by beside the rows: policy, calibrations, and what was decided about a zone.</summary>
internal sealed record ScoreRules(Policy Policy, Calibration Calibration)
{
    /// <summary>Days of zones that do not count.</summary>
    public IReadOnlyList<ExcludedDays> Excluded { get; init; } = [];

    /// <summary>Behaviours that no longer count in a zone.</summary>
    public IReadOnlyList<(string Zone, string Behaviour)> Disabled { get; init; } = [];

    /// <summary>Days on which a zone's score was contested.</summary>
    public IReadOnlyList<ContestedDays> Contested { get; init; } = [];

    /// <summary>What a zone is scored for, in the policy's order.</summary>
    public IReadOnlyList<string> BehavioursOf(string zone)
    {
        var named = Policy.BehavioursOf(zone);
        return Disabled.Count == 0 ? named : [.. named.Where(name => !Disabled.Contains((zone, name)))];
    }

    /// <summary>Whether a day of a zone counts.</summary>
    public bool Counts(string zone, DateOnly day)
    {
        foreach (var excluded in Excluded)
        {
            if (excluded.Zone == zone && day >= excluded.From && day <= excluded.To)
                return false;
        }

        return true;
    }

    /// <summary>Whether a zone's score was contested on a day.</summary>
    public bool IsContested(string zone, DateOnly day)
    {
        foreach (var contested in Contested)
        {
            if (contested.Zone == zone && day >= contested.From && !(day > contested.To))
                return true;
        }

        return false;
    }

    /// <summary>
    /// 128 bits of SHA-256 over all of it that concerns a zone, as hexadecimal digits: where two are equal, equal rows give equal bits. What concerns
    /// other zones, comments and order of keys change nothing, nor does a contest: it begins and ends on days that are not over, so that no earlier one comes out otherwise.
    /// </summary>
    public string DigestOf(string zone)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Policy.Id}\n{Policy.Beta:R}\n{Policy.HalfLifeDays:R}\n{Policy.EpsilonCounts:R}\n");
        foreach (var name in BehavioursOf(zone))
        {
            var rule = Policy.Behaviours[name];
            text.Append(CultureInfo.InvariantCulture, $"{name} {rule.Sign} {rule.Weight:R} {rule.Reference:R} {Calibration.Factor(zone, name):R}\n");
        }

        foreach (var excluded in Excluded.Where(days => days.Zone == zone).OrderBy(days => days.From).ThenBy(days => days.To))
            text.Append(CultureInfo.InvariantCulture, $"-{excluded.From:yyyy-MM-dd} {excluded.To:yyyy-MM-dd}\n");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 16));
    }
}

/// <summary>Days of a zone (UTC, both included) that were decided not to count.</summary>
internal sealed record ExcludedDays(string Zone, DateOnly From, DateOnly To);

/// <summary>Days of a zone (UTC, both included) on which its score was contested; without a last day it is still.</summary>
internal sealed record ContestedDays(string Zone, DateOnly From, DateOnly? To = null);
