using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Governance;

/// <summary>By what right a policy is in force.</summary>
internal enum PolicyState : byte
{
    /// <summary>There is no governance: the operator's file alone decides.</summary>
    Unsigned,

    /// <summary>There is governance, and nothing was activated yet: the file's is in force, signed by nobody.</summary>
    Provisional,

    /// <summary>Two of three bodies signed it.</summary>
    Signed,

    /// <summary>Its 12 months are over, and no other was activated. Scores go on, and say so.</summary>
    Expired,
}

/// <summary>The policy in force, and by what right.</summary>
/// <param name="File">The policy and its exact bytes.</param>
/// <param name="State">By what right.</param>
/// <param name="Activation">That which brought it into force; null where none did.</param>
/// <param name="Signatures">Those over these bytes that hold.</param>
internal sealed record PolicyStanding(PolicyFile File, PolicyState State, PolicyActivation? Activation, IReadOnlyList<StoredSignature> Signatures)
{
    /// <summary>What should be in force but must not be, and why; empty where all is well.</summary>
    public IReadOnlyList<string> Refused { get; init; } = [];

    /// <summary>Whole days to its end; null where it has none. 0 on its last day, negative after it.</summary>
    public int? DaysLeft(DateTimeOffset now) => Activation is { } activation ? (int)Math.Floor((activation.Ends - now).TotalDays) : null;

    public static PolicyStanding OfFile(PolicyFile file, PolicyState state = PolicyState.Unsigned) => new(file, state, null, []);

    /// <summary>True where both say the same.</summary>
    public bool IsSameAs(PolicyStanding other) =>
        State == other.State && Activation == other.Activation && File.Bytes.Span.SequenceEqual(other.File.Bytes.Span)
        && Signatures.SequenceEqual(other.Signatures) && Refused.SequenceEqual(other.Refused);

    /// <summary>The state as the API says it.</summary>
    public string Word => State.ToString().ToLowerInvariant();
}

/// <summary>
/// Decides which policy is in force: with governance that of the store which was activated last and is fit to be; without it the file's. What
/// is not fit, because somebody changed its bytes or a key was replaced, is passed over, and what was in force before it stays.
/// </summary>
internal static class PolicyInForce
{
    public static PolicyStanding Of(SinkConfiguration configuration, IEventStore store, TimeProvider time)
    {
        if (configuration.Options.Governance is null)
            return PolicyStanding.OfFile(configuration.Policy);
        var tables = new PolicyTables(store.Database);
        var desk = PolicyDesk.Of(configuration, store, time);
        var now = time.GetUtcNow();
        var refused = new List<string>();
        var all = tables.Activations();
        foreach (var activation in all.Where(activation => activation.Starts <= now).OrderByDescending(activation => activation.Starts).ThenByDescending(activation => activation.Number))
        {
            if (tables.Find(activation.Policy) is not { } policy)
                continue;
            if ((desk.WhyUnfit(policy) ?? desk.WhyEarly(policy, activation.Starts)) is { } unfit)
            {
                if (!refused.Contains(unfit.Sentence))
                    refused.Add(unfit.Sentence);
                continue;
            }

            var signatures = tables.Signatures(policy.Id).Where(signature => configuration.Keys.Signers(policy.Bytes.Span, [signature]).Count > 0);
            var file = PolicyReader.Parse(policy.Bytes.ToArray(), policy.Id).File!;
            // Once activated for a later time and then for an earlier one, or written by another hand: it ends 12 months after its first beginning.
            var first = all.Where(other => other.Policy == policy.Id).Min(other => other.Starts);
            var ends = first.AddMonths(PolicyTerms.Months) is var latest && latest < activation.Ends ? latest : activation.Ends;
            return new PolicyStanding(file, ends > now ? PolicyState.Signed : PolicyState.Expired, activation with { Ends = ends }, [.. signatures]) { Refused = refused };
        }

        return PolicyStanding.OfFile(configuration.Policy, PolicyState.Provisional) with { Refused = refused };
    }

    /// <summary>The user properties that go with the policy's exact bytes: <c>sig-council</c> with <c>KEYID.SIGNATURE</c>, one for each body that signed.</summary>
    public static IReadOnlyList<(string Name, string Value)> PropertiesOf(PolicyStanding standing) =>
        [.. standing.Signatures.Select(signature => ($"{Dsse.SignatureProperty}-{PolicyTables.WordOf(signature.Role)}", $"{signature.KeyId}.{signature.Signature}"))];
}
