using SocialCredit.Edge.Agent.Tests.Inference;
using SocialCredit.Edge.Host;
using SocialCredit.Edge.Inference;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Host;

/// <summary>What the whole process allocates for a frame, counted in bytes, which are the same on every machine.</summary>
[Collection(WholeChain.Name)]
public sealed class AllocationTests(ITestOutputHelper output)
{
    private const int BytesMax = 1024;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_frame_costs_at_most_one_kilobyte_of_managed_memory(int workers)
    {
        var bench = new ChainBench(TestPaths.VtestClip(), (TestModels.Store(), ModelStore.DefaultModel), frames: 100);

        var round = await bench.RunAsync(workers, TestContext.Current.CancellationToken);

        output.WriteLine($"{workers} worker(s): {round.ManagedBytes:0} bytes a frame");
        Assert.InRange(round.ManagedBytes, 0, BytesMax);
    }
}
