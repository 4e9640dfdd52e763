using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Contract;

/// <summary>Which records a manifest covers: none that differs in anything that it states.</summary>
public sealed class ManifestCoverageTests
{
    private const int Bytes = 512;

    private static readonly PrivacyManifest Manifest = TestManifests.Example;

    private static readonly EventRecord Covered = Records.Example;

    [Fact]
    public void The_record_that_it_describes_is_covered_whatever_its_numbers()
    {
        Assert.Null(Manifest.Uncovered(Covered, Bytes));
        var low = Covered with { Status = RecordStatus.Low, Passages = 0, Coverage = 1, Counts = [.. Covered.Counts.Select(c => c with { Count = 0 })], Sequence = 9 };
        Assert.Null(Manifest.Uncovered(low, Bytes));
    }

    [Theory]
    [InlineData("site")]
    [InlineData("zone")]
    [InlineData("seconds")]
    [InlineData("counts")]
    [InlineData("counts", "fewer")]
    [InlineData("counts", "order")]
    [InlineData("counts", "other")]
    [InlineData("profile")]
    [InlineData("policy")]
    [InlineData("calibration")]
    [InlineData("pad")]
    public void A_record_that_differs_in_one_field_is_not(string field, string how = "")
    {
        var record = (field, how) switch
        {
            ("site", _) => Covered with { Site = "plaza-8" },
            ("zone", _) => Covered with { Zone = "crossing-south" },
            ("seconds", _) => Covered with { Seconds = 21600, Start = Covered.Start.AddHours(-3) },
            ("counts", "fewer") => Covered with { Counts = [.. Covered.Counts.Take(2)] },
            ("counts", "order") => Covered with { Counts = [.. Covered.Counts.Reverse()] },
            ("counts", "other") => Covered with { Counts = [.. Covered.Counts.Take(2), new("speeding", 1)] },
            ("counts", _) => Covered with { Counts = [.. Covered.Counts, new("speeding", 1)] },
            ("profile", _) => Covered with { Profile = PrivacyProfile.Demo },
            ("policy", _) => Covered with { Policy = "p-2026.4" },
            ("calibration", _) => Covered with { Calibration = "c-18" },
            _ => Covered,
        };

        Assert.Equal(field, Manifest.Uncovered(record, field == "pad" ? Bytes + 64 : Bytes));
    }

    [Fact]
    public void Terms_of_another_zone_do_not_help() =>
        Assert.Equal("counts", Manifest.Uncovered(Covered with { Zone = "recycling-point", Seconds = 21600, Start = Covered.Start.AddHours(-3) }, Bytes));
}
