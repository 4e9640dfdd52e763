using SocialCredit.Edge.Sink.Governance;
using SocialCredit.Edge.Sink.Serving;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Commands;

/// <summary>By what a running sink of this configuration scores.</summary>
internal static class StoreRules
{
    public static RulesInForce Of(SinkConfiguration configuration, IEventStore store) => new(
        new ActivePolicy(PolicyInForce.Of(configuration, store, TimeProvider.System).File), new ActiveCalibration(configuration.Calibration),
        new ActiveRulings(new AuditTables(store.Database), new ContestTables(store.Database)), new ShadowPolicies([]));
}
