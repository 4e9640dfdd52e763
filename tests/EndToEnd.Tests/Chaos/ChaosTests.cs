using System.Diagnostics;
using System.Globalization;

namespace SocialCredit.Edge.EndToEnd.Tests.Chaos;

/// <summary>
/// A year's faults in minutes: every record that the agent accepted is in the store exactly once, as it was first sent, or in a drop counter that the
/// device publishes; and nobody lends a hand. <c>SCE_CHAOS_FAULTS</c> says how many faults, 2000 for the long form; <c>SCE_SEED</c> gives another
/// course.
/// </summary>
public sealed class ChaosTests(ITestOutputHelper output)
{
    private const int FaultsBetweenBreaths = 40;

    [Fact]
    public async Task Whatever_goes_wrong_no_accepted_record_is_lost_twice_or_changed()
    {
        var (count, seed) = (Setting("SCE_CHAOS_FAULTS", 200), Setting("SCE_SEED", 20261127));
        var random = new Random(seed);
        await using var bed = await ChaosBed.StartAsync();
        var faults = new ChaosFaults(bed, random).All();
        var happened = faults.Keys.ToDictionary(name => name, _ => (Times: 0, Took: TimeSpan.Zero));
        foreach (var left in (string[])["clock step of 2 h", "disk full"])
        {
            if (!faults.ContainsKey(left))
                output.WriteLine($"left out: {left}, for {(left[0] == 'c' ? "there is no libfaketime (apt-get install faketime)" : "nothing may be mounted here")}");
        }

        var (began, recovery) = (Stopwatch.GetTimestamp(), TimeSpan.Zero);
        try
        {
            for (var i = 0; i < count; i++)
            {
                var (name, happen) = Draw(faults, random);
                var start = Stopwatch.GetTimestamp();
                await happen();
                happened[name] = (happened[name].Times + 1, happened[name].Took + Stopwatch.GetElapsedTime(start));
                await Task.Delay(TimeSpan.FromMilliseconds(random.Next(20, 200)));
                // So that on a slow machine, too, there is always something at risk.
                if (i % FaultsBetweenBreaths == FaultsBetweenBreaths - 1 && await bed.BreatheAsync() is var took && took > recovery)
                    recovery = took;
            }

            var faultsTook = Stopwatch.GetElapsedTime(began);
            var accepted = await bed.HealAsync();
            output.WriteLine($"{faultsTook.TotalSeconds:0} s of faults, {(Stopwatch.GetElapsedTime(began) - faultsTook).TotalSeconds:0} s until all was delivered; {recovery.TotalSeconds:0} s at most until a new record was stored without a hand");
            foreach (var (name, (times, took)) in happened.Where(fault => fault.Value.Times > 0).OrderByDescending(fault => fault.Value.Times))
                output.WriteLine($"{times,4} {name}, {took.TotalSeconds:0} s");
            AssertNothingLost(bed, accepted, isDamaged: happened["corrupt outbox page"].Times > 0);
        }
        catch
        {
            output.WriteLine($"SCE_SEED={seed} SCE_CHAOS_FAULTS={count}, after {happened.Values.Sum(fault => fault.Times)} faults");
            output.WriteLine(bed.LastWords());
            output.WriteLine(bed.StillWaiting());
            throw;
        }
    }

    private void AssertNothingLost(ChaosBed bed, HashSet<string> accepted, bool isDamaged)
    {
        var (stored, wire) = (bed.Stored(), bed.Wire.Payloads);
        var missing = accepted.Except(stored.Select(row => row.Id)).ToList();
        var published = bed.PublishedLosses();
        output.WriteLine($"{accepted.Count} accepted, {stored.Count} stored, {missing.Count} missing, {published} published as lost; "
            + $"{bed.Wire.Messages} messages heard of {wire.Count} records, {bed.LongestGap().TotalSeconds:0} s at most without a record stored");
        output.WriteLine($"{bed.Agent.Lives} lives of the agent, {bed.Sink.Lives} of the sink, of which {bed.Agent.OwnEnds} and {bed.Sink.OwnEnds} ended by themselves; so did {bed.Broker.OwnEnds} of the broker");

        Assert.Equal(stored.Count, stored.Select(row => row.Id).Distinct().Count());
        Assert.Empty(bed.Quarantined());
        Assert.All(wire, entry => Assert.True(entry.Value.Length == 1, $"{entry.Key} was sent with {entry.Value.Length} payloads"));
        Assert.All(stored, row => Assert.True(!wire.TryGetValue(row.Id, out var heard) || heard[0] == Convert.ToHexString(row.Payload), $"{row.Id} is stored with other bytes"));
        Assert.True(missing.Count <= published, $"{missing.Count} missing, {published} published: {string.Join(", ", missing.Take(10))}");
        Assert.True(isDamaged || published == 0, $"{published} records are said to be lost, and no disk was damaged");
        Assert.True(stored.Count > ChaosBed.Zones * 20, $"only {stored.Count} stored: nothing was at risk");
    }

    private static (string Name, Func<Task> Happen) Draw(IReadOnlyDictionary<string, (int Weight, Func<Task> Happen)> faults, Random random)
    {
        var at = random.Next(faults.Values.Sum(fault => fault.Weight));
        foreach (var (name, (weight, happen)) in faults)
        {
            if ((at -= weight) < 0)
                return (name, happen);
        }

        throw new InvalidOperationException("The weights do not add up.");
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
