using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Forwarding;
using SocialCredit.Edge.Host;
using SocialCredit.Edge.Host.Remote;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Host.Remote;

/// <summary>Each attack with the answer that it gets.</summary>
public sealed class CommandGateTests(ITestOutputHelper output)
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 9, 30, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Now);
    private readonly string _folder = TestPaths.NewFolder();

    [Fact]
    public void A_signed_command_for_this_device_in_its_time_is_taken()
    {
        var (command, refused, id) = Judge(Good());

        Assert.Equal((CommandWord.Restart, CommandReason.None, 7L), (command!.Command, refused, id));
    }

    [Theory]
    [InlineData("unsigned", CommandReason.Signature)]
    [InlineData("signed by another key", CommandReason.Signature)]
    [InlineData("signed as another type", CommandReason.Signature)]
    [InlineData("another byte than was signed", CommandReason.Signature)]
    [InlineData("for another device", CommandReason.OtherDevice)]
    [InlineData("expired", CommandReason.Expired)]
    [InlineData("from the future", CommandReason.NotYet)]
    [InlineData("at the end of the calendar", CommandReason.NotYet)]
    [InlineData("at its beginning", CommandReason.Expired)]
    [InlineData("retained", CommandReason.Retained)]
    [InlineData("outside the list", CommandReason.Form)]
    [InlineData("with one more field", CommandReason.Form)]
    [InlineData("with a field twice", CommandReason.Form)]
    [InlineData("written otherwise", CommandReason.Form)]
    [InlineData("valid for a week", CommandReason.Form)]
    [InlineData("oversized", CommandReason.Oversized)]
    [InlineData("a path in the policy's id", CommandReason.Form)]
    [InlineData("a path where none belongs", CommandReason.Form)]
    [InlineData("no JSON", CommandReason.Form)]
    [InlineData("a bomb of brackets", CommandReason.Form)]
    public void An_attack_gets_its_answer_and_nothing_is_done(string attack, CommandReason expected)
    {
        var (command, refused, id) = Judge(Attack(attack), isRetained: attack == "retained");

        Assert.Null(command);
        Assert.Equal(expected, refused);
        // Nothing of a message that nobody signed is repeated.
        Assert.True(id == 0 || refused is CommandReason.OtherDevice or CommandReason.Expired or CommandReason.NotYet);
        Assert.NotNull(Judge(Good()).Command);
        output.WriteLine($"{attack}: refused, {refused}");
    }

    [Fact]
    public void One_that_was_taken_is_not_taken_again_by_this_process_or_the_next()
    {
        Judge(Good());

        Assert.Equal(CommandReason.Replayed, Judge(Good()).Refused);
        Assert.Equal(CommandReason.Replayed, Judge(Good(id: 6)).Refused);
        Assert.Equal(CommandReason.None, Judge(Good(id: 8)).Refused);
    }

    [Fact]
    public void A_damaged_number_takes_none_until_somebody_looks()
    {
        File.WriteAllText(Path.Combine(_folder, "commands.json"), "{");

        Assert.Equal(CommandReason.Replayed, Judge(Good()).Refused);
    }

    [Fact]
    public void A_number_that_cannot_be_kept_is_not_taken()
    {
        // A folder where the file should be: refused to root as well.
        Directory.CreateDirectory(Path.Combine(StateFile.FreshName(Path.Combine(_folder, "commands.json"), Environment.ProcessId), "held"));

        Assert.Equal(CommandReason.NotKept, Judge(Good()).Refused);
    }

    [Fact]
    public void Clocks_that_are_a_little_apart_do_not_matter()
    {
        _time.SetUtcNow(Now.AddMinutes(5));
        Assert.Equal(CommandReason.None, Judge(Good()).Refused);
        _time.SetUtcNow(Now.AddMinutes(7));
        Assert.Equal(CommandReason.Expired, Judge(Good(id: 8)).Refused);
    }

    private static byte[] Good(long id = 7, string device = "device-1") => new DeviceCommand
    {
        Device = device,
        Id = id,
        Issued = Now,
        Expires = Now.AddMinutes(1),
        Command = CommandWord.Restart,
        Policy = null,
        Sha256 = null,
    }.Encode();

    private static Signed Attack(string attack)
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var good = Encoding.UTF8.GetString(Good());
        Signed Changed(string part, string instead) => Operator.Sign(Encoding.UTF8.GetBytes(good.Replace(part, instead, StringComparison.Ordinal)));
        return attack switch
        {
            "unsigned" => new Signed(Good(), "", ""),
            "signed by another key" => Operator.Sign(Good(), other),
            "signed as another type" => new Signed(Good(), Dsse.Sign(Operator.Key, CommandAnswer.PayloadType, Good()), ""),
            "another byte than was signed" => Operator.Sign(Good()) with { Payload = Good(id: 8) },
            "for another device" => Operator.Sign(Good(device: "device-2")),
            "expired" => Operator.Sign(Encoding.UTF8.GetBytes(good.Replace("09:30", "08:30", StringComparison.Ordinal).Replace("09:31", "08:31", StringComparison.Ordinal))),
            "from the future" => Operator.Sign(Encoding.UTF8.GetBytes(good.Replace("09:30", "11:30", StringComparison.Ordinal).Replace("09:31", "11:31", StringComparison.Ordinal))),
            "at the end of the calendar" => Operator.Sign(Encoding.UTF8.GetBytes(good.Replace("2026-11-22T09:30:00Z", "9999-12-31T23:59:00Z", StringComparison.Ordinal).Replace("2026-11-22T09:31:00Z", "9999-12-31T23:59:59Z", StringComparison.Ordinal))),
            "at its beginning" => Operator.Sign(Encoding.UTF8.GetBytes(good.Replace("2026-11-22T09:30:00Z", "0001-01-01T00:00:00Z", StringComparison.Ordinal).Replace("2026-11-22T09:31:00Z", "0001-01-01T00:01:00Z", StringComparison.Ordinal))),
            "outside the list" => Changed("\"restart\"", "\"get-frame\""),
            "with one more field" => Changed("\"sha256\":null", "\"sha256\":null,\"shell\":\"/bin/sh\""),
            "with a field twice" => Changed("\"v\":1,", "\"v\":1,\"v\":1,"),
            "written otherwise" => Changed("{\"v\"", "{ \"v\""),
            "valid for a week" => Changed("2026-11-22T09:31", "2026-11-29T09:31"),
            "oversized" => Operator.Sign([.. Good(), .. new byte[DeviceCommand.BytesMax]]),
            "a path in the policy's id" => Changed(
                "\"restart\",\"policy\":null,\"sha256\":null", $"\"set-policy\",\"policy\":\"../../etc/passwd\",\"sha256\":\"{new string('a', 64)}\""),
            "a path where none belongs" => Changed("\"policy\":null", "\"policy\":\"/etc/passwd\""),
            "no JSON" => Operator.Sign("rm -rf /"u8.ToArray()),
            "a bomb of brackets" => Operator.Sign(Encoding.UTF8.GetBytes(new string('[', 1000))),
            _ => Operator.Sign(Good()),
        };
    }

    private (DeviceCommand? Command, CommandReason Refused, long Id) Judge(byte[] payload) => Judge(Operator.Sign(payload));

    private (DeviceCommand? Command, CommandReason Refused, long Id) Judge(Signed message, bool isRetained = false) =>
        new CommandGate("device-1", Operator.Key.ExportSubjectPublicKeyInfo(), _folder, (_time, NullLogger.Instance)).Judge(new IncomingCommand(message, isRetained));
}
