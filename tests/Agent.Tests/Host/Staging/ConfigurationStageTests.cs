using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using SocialCredit.Edge.Agent.Tests.Forwarding;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Host.Configuration;
using SocialCredit.Edge.Host.Staging;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Host.Staging;

/// <summary>Which configuration is to run, on real files: every question is asked by a stage of its own, as after a restart.</summary>
public sealed class ConfigurationStageTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 22, 9, 0, 0, TimeSpan.Zero));
    private readonly CapturingLog _log = new();
    private readonly string _path = TestConfigurations.Write();

    private string Folder => Path.GetDirectoryName(_path)!;

    [Fact]
    public void The_first_one_has_nothing_to_go_back_to_and_becomes_good()
    {
        var first = Start();

        Assert.NotNull(first.MustWork);
        Assert.False(first.HasFallback);
        Prove(first);
        var again = Start();
        Assert.Equal((first.Sha256, null), (again.Sha256, again.MustWork));
    }

    [Fact]
    public void A_changed_one_is_tried_with_the_good_one_behind_it()
    {
        Prove(Start(), new(["north"], true));
        Change("windowSeconds: 10", "windowSeconds: 30");

        var next = Stage().Decide()!;

        Assert.Equal(30, next.Configuration.Options.Cameras[0].Zones[0].WindowSeconds);
        Assert.True(next.HasFallback);
        Assert.Equal(["north"], next.MustWork!.Cameras);
        Assert.True(next.MustWork.IsConnected);
    }

    [Fact]
    public void One_that_was_taken_back_is_not_tried_again_until_it_changes()
    {
        Prove(Start());
        Change("windowSeconds: 10", "windowSeconds: 30");
        var bad = Begin(Stage().Decide()!);
        Stage().Reject(bad, "no frames any more from north");

        var (stage, after) = (Stage(), default(StagedConfiguration));
        after = stage.Decide()!;

        Assert.Equal(10, after.Configuration.Options.Cameras[0].Zones[0].WindowSeconds);
        Assert.True(stage.IsRolledBack);
        Assert.Null(after.MustWork);
        Change("windowSeconds: 30", "windowSeconds: 20");
        Assert.Equal(20, Stage().Decide()!.Configuration.Options.Cameras[0].Zones[0].WindowSeconds);
    }

    [Fact]
    public void One_that_a_process_died_of_is_taken_back_at_the_next_start()
    {
        Prove(Start());
        Change("windowSeconds: 10", "windowSeconds: 30");
        Begin(Stage().Decide()!);

        var after = Start();

        Assert.Equal(10, after.Configuration.Options.Cameras[0].Zones[0].WindowSeconds);
        Assert.Contains(_log.Lines, line => line.Contains("the agent ended while it was on probation", StringComparison.Ordinal));
        Assert.Equal(10, Start().Configuration.Options.Cameras[0].Zones[0].WindowSeconds);
    }

    [Fact]
    public void One_that_was_only_stopped_is_tried_again()
    {
        Prove(Start());
        Change("windowSeconds: 10", "windowSeconds: 30");
        Stage().Forget(Begin(Stage().Decide()!));

        Assert.Equal(30, Start().Configuration.Options.Cameras[0].Zones[0].WindowSeconds);
    }

    [Fact]
    public void A_faulty_file_leaves_the_good_one_in_place_at_a_start_as_well()
    {
        Prove(Start());
        File.WriteAllText(_path, "site: [");

        var stage = Stage();
        var after = stage.Start(null)!;

        Assert.Equal(10, after.Configuration.Options.Cameras[0].Zones[0].WindowSeconds);
        Assert.True(stage.IsFaulty);
    }

    [Fact]
    public void A_policy_that_a_command_names_is_staged_and_a_changed_file_wins_over_it_later()
    {
        Prove(Start());
        var bytes = Policy("p-2");

        Assert.Equal(CommandReason.None, Stage().Stage(Load(), Command("p-2", bytes), bytes));
        var next = Stage().Decide()!;
        Assert.Equal(("p-2", true), (next.Configuration.Policy.Id, next.IsByCommand));
        Prove(Begin(next));
        Assert.Equal("p-2", Start().Configuration.Policy.Id);

        File.WriteAllBytes(Path.Combine(Folder, "policy.yaml"), Policy("p-3"));
        Assert.Equal("p-3", Stage().Decide()!.Configuration.Policy.Id);
    }

    [Fact]
    public void A_set_policy_that_is_taken_back_gives_way_to_the_one_before_it()
    {
        Prove(Start());
        var (second, third) = (Policy("p-2"), Policy("p-3"));
        Stage().Stage(Load(), Command("p-2", second), second);
        Prove(Begin(Stage().Decide()!));

        Stage().Stage(Load(), Command("p-3", third) with { Id = 2 }, third);
        var tried = Begin(Stage().Decide()!);
        Assert.Equal("p-3", tried.Configuration.Policy.Id);
        Stage().Reject(tried, "no frames any more from north");

        Assert.Equal("p-2", Start().Configuration.Policy.Id);
        Assert.Equal(CommandReason.RejectedBefore, Stage().Stage(Load(), Command("p-3", third) with { Id = 3 }, third));
    }

    [Theory]
    [InlineData("other bytes", CommandReason.PolicyOther)]
    [InlineData("none", CommandReason.PolicyMissing)]
    [InlineData("another id", CommandReason.PolicyFaulty)]
    [InlineData("not for these zones", CommandReason.PolicyFaulty)]
    [InlineData("a bomb", CommandReason.PolicyFaulty)]
    [InlineData("no text", CommandReason.PolicyFaulty)]
    public void A_forged_policy_gets_its_answer_and_is_not_staged(string attack, CommandReason expected)
    {
        Prove(Start());
        var good = Policy("p-2");
        var bytes = attack switch
        {
            "other bytes" => Policy("p-evil"),
            "not for these zones" => Policy("p-2", "littering"),
            "a bomb" => Encoding.UTF8.GetBytes("a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"),
            "no text" => [0xFF, 0xFE, 0x00],
            _ => good,
        };
        var command = attack switch
        {
            "other bytes" => Command("p-2", good),
            "another id" => Command("p-9", good),
            _ => Command("p-2", bytes),
        };

        Assert.Equal(expected, Stage().Stage(Load(), command, attack == "none" ? (ReadOnlyMemory<byte>?)null : bytes));

        Assert.Equal("p-test", Stage().Decide()!.Configuration.Policy.Id);
        Assert.False(File.Exists(Path.Combine(Folder, "state", "configurations", "set-policy.yaml")));
    }

    [Fact]
    public void The_history_is_bounded_and_keeps_the_good_one()
    {
        Prove(Start());
        for (var seconds = 11; seconds < 40; seconds++)
        {
            Change($"windowSeconds: {(seconds == 11 ? 10 : seconds - 1)}", $"windowSeconds: {seconds}");
            Stage().Reject(Begin(Stage().Decide()!), "no");
        }

        Assert.InRange(Stage().History.Read().Count, ConfigurationHistory.EntriesMax, ConfigurationHistory.EntriesMax + 1);
        Assert.Equal(10, Start().Configuration.Options.Cameras[0].Zones[0].WindowSeconds);
        Assert.InRange(Directory.GetFiles(Path.Combine(Folder, "state", "configurations"), "*.yaml").Length, 20, 22);
    }

    [Fact]
    public void One_that_is_tried_at_every_start_leaves_its_texts_once()
    {
        var last = Begin(Start());
        for (var start = 1; start < 5; start++)
            last = Begin(Start());
        Assert.Equal(["5.edge.yaml", "5.policy.yaml"], Texts());

        Stage().Forget(last);

        Assert.Empty(Texts());

        IEnumerable<string?> Texts() => Directory.GetFiles(Path.Combine(Folder, "state", "configurations"), "*.yaml").Select(Path.GetFileName).Order(StringComparer.Ordinal);
    }

    [Fact]
    public void A_damaged_history_counts_as_empty_and_is_said()
    {
        Prove(Start());
        File.WriteAllText(Stage().History.FilePath, "[{");

        Assert.False(Start().HasFallback);
        Assert.Contains(_log.Lines, line => line.Contains("cannot be read and counts as empty", StringComparison.Ordinal));
    }

    private static byte[] Policy(string id, params string[] more) => Encoding.UTF8.GetBytes(
        TestConfigurations.Policy.Replace("p-test", id, StringComparison.Ordinal) + string.Concat(more.Select(name => $"\n  {name}: {{sign: bad, weight: 1, reference: 1}}")) + "\n");

    private static DeviceCommand Command(string policy, byte[] bytes) => new()
    {
        Device = "test-device",
        Id = 1,
        Issued = DateTimeOffset.UnixEpoch,
        Expires = DateTimeOffset.UnixEpoch.AddMinutes(1),
        Command = CommandWord.SetPolicy,
        Policy = policy,
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)),
    };

    private AgentConfiguration Load() => Start().Configuration;

    private ConfigurationStage Stage() => new(_path, Path.Combine(TestPaths.Root, "models"), Path.Combine(Folder, "state"), (_time, _log));

    private StagedConfiguration Start() => Stage().Start(AgentConfiguration.Load(_path, out _))!;

    private StagedConfiguration Begin(StagedConfiguration staged)
    {
        Assert.True(Stage().Begin(staged));
        return staged;
    }

    private void Prove(StagedConfiguration staged, ProbationFacts? facts = null) => Stage().Keep(Begin(staged), facts ?? ProbationFacts.None);

    private void Change(string part, string instead) =>
        File.WriteAllText(_path, File.ReadAllText(_path).Replace(part, instead, StringComparison.Ordinal));
}
