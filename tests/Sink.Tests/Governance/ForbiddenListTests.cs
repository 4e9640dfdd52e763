using SocialCredit.Edge.Sink.Governance;

namespace SocialCredit.Edge.Sink.Tests.Governance;

/// <summary>What is in no policy, whoever signs it: each word of the list, as a word of a name.</summary>
public sealed class ForbiddenListTests
{
    [Theory]
    [InlineData("presence", "presence")]
    [InlineData("loitering", "night_loitering")]
    [InlineData("sleeping", "sleeping-on-bench")]
    [InlineData("begging", "Begging")]
    [InlineData("assembly", "assembly_of_many")]
    [InlineData("dress", "dress")]
    [InlineData("religion", "religion")]
    [InlineData("age", "old_age")]
    [InlineData("sex", "sex")]
    [InlineData("race", "race")]
    [InlineData("gait", "gait.odd")]
    [InlineData("emotion", "emotion")]
    [InlineData("identity", "identity")]
    public void What_is_forbidden_is_so_by_each_of_its_words_and_in_any_company(string word, string name)
    {
        var policy = Bodies.Bytes(Bodies.Complete.Replace("red_crossing:", $"\"{name}\":", StringComparison.Ordinal));

        var (file, faults) = PolicyReader.ParseForPublication(policy, "policy.yaml", isDemo: false);

        Assert.Null(file);
        Assert.Contains(faults, fault => fault.ToString().Contains($"{word} is never scored", StringComparison.Ordinal) && fault.ToString().Contains("no signature makes it valid", StringComparison.Ordinal));
    }
}
