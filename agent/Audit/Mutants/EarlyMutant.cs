using SocialCredit.Edge.Anonymisation;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Audit.Mutants;

/// <summary>Publishes a little sooner where there is something to tell.</summary>
internal sealed class EarlyMutant(IRandomSource random) : Device(random)
{
    public override string Name => "early when released";

    protected override DateTimeOffset PublishTime(ClosedWindow closed, EventRecord record) =>
        base.PublishTime(closed, record) - (record.Status == RecordStatus.Ok ? TimeSpan.FromSeconds(120) : TimeSpan.Zero);
}
