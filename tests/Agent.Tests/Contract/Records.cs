using CsCheck;
using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Agent.Tests.Contract;

/// <summary>Records for tests: one by hand, and any that keeps the rules.</summary>
internal static class Records
{
    private static readonly string[] Scored =
        [.. Behaviours.All.Where(b => b.Sign is BehaviourSign.Good or BehaviourSign.Bad).Select(b => b.Name)];

    private static readonly Gen<string> Name = Gen.String[Gen.Char["abcdefghijklmnopqrstuvwxyz0123456789-"], 3, 32];

    private static readonly Gen<string> Version = Gen.String[Gen.Char["abcdefghijklmnopqrstuvwxyz0123456789-."], 1, 32];

    private static readonly Gen<(PrivacyProfile Profile, int Seconds)> Window = Gen.OneOf(
        Gen.OneOf(Gen.Const(3600), Gen.Const(21600)).Select(seconds => (PrivacyProfile.Standard, seconds)),
        Gen.Const((PrivacyProfile.Strict, 86400)),
        Gen.Int[1, 86400].Select(seconds => (PrivacyProfile.Demo, seconds)));

    private static readonly Gen<BehaviourCount[]> Counts =
        from names in Gen.Shuffle(Scored)
        from length in Gen.Int[0, Scored.Length]
        from counts in Gen.Long[-EventRecord.CountMax, EventRecord.CountMax].Array[length]
        select names.Take(length).Zip(counts, (name, count) => new BehaviourCount(name, count)).ToArray();

    /// <summary>Any record that keeps the contract's rules.</summary>
    public static Gen<EventRecord> Any { get; } =
        from names in Gen.Select(Name, Name, Version, Version)
        from window in Window
        from index in Gen.Long[0, 4_000_000_000L / window.Seconds]
        from status in Gen.Enum<RecordStatus>()
        from numbers in Gen.Select(Gen.Int[0, 10], Gen.Long[0, EventRecord.CountMax], Gen.UInt)
        from counts in Counts
        select new EventRecord
        {
            Site = names.Item1,
            Zone = names.Item2,
            Start = DateTimeOffset.FromUnixTimeSeconds(index * window.Seconds),
            Seconds = window.Seconds,
            Status = status,
            Coverage = numbers.Item1,
            Passages = status == RecordStatus.Ok ? numbers.Item2 : 0,
            Counts = status == RecordStatus.Ok ? counts : [.. counts.Select(count => count with { Count = 0 })],
            Profile = window.Profile,
            Policy = names.Item3,
            Calibration = names.Item4,
            Sequence = numbers.Item3,
        };

    /// <summary>The record that the contract shows.</summary>
    public static EventRecord Example { get; } = new()
    {
        Site = "plaza-7",
        Zone = "crossing-north",
        Start = new DateTimeOffset(2026, 11, 22, 9, 0, 0, TimeSpan.Zero),
        Seconds = 3600,
        Status = RecordStatus.Ok,
        Coverage = 9,
        Passages = 214,
        Counts = [new("red_crossing", 3), new("waited_on_red", 41), new("wrong_way", -1)],
        Profile = PrivacyProfile.Standard,
        Policy = "p-2026.3",
        Calibration = "c-17",
        Sequence = 4711,
    };

    /// <summary>The example's bytes with a pad of five zeros.</summary>
    public const string ExampleJson =
        """{"v":1,"site":"plaza-7","zone":"crossing-north","start":"2026-11-22T09:00:00Z","seconds":3600"""
        + ""","status":"ok","coverage":9,"passages":214,"counts":{"red_crossing":3,"waited_on_red":41,"wrong_way":-1}"""
        + ""","profile":"standard","policy":"p-2026.3","calibration":"c-17","sequence":4711,"pad":"00000"}""";
}
