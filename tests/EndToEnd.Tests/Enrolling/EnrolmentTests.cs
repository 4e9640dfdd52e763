using SocialCredit.Edge.Forwarding;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.EndToEnd.Tests.Enrolling;

/// <summary>
/// One device's life, by the real programs: its camera is switched off, so that every second it reports that nobody watches. mosquitto takes
/// certificates of the sink's authority only, over TLS 1.3.
/// </summary>
public sealed class EnrolmentTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_device_is_invited_enrolled_renewed_revoked_and_enrolled_anew()
    {
        await using var site = await EnrolledSite.StartAsync();
        await using var agent = site.Edge("run");
        agent.Start();
        await SaysAsync(agent, "if it is a sink's own, enrol the device with edge enrol");

        var code = await site.InviteAsync();
        await EnrolAsync(site, code);
        await ArrivesAsync(site, agent, "its records arrive once it is approved, without another start");
        Assert.Contains("ok       broker", await CheckAsync(site), StringComparison.Ordinal);

        await agent.KillAsync();
        using (var key = DeviceKey.Find(site.Configuration.State)!)
            site.Expire(key.SigningRequest(EnrolledSite.Device));
        agent.Start();
        await SaysAsync(agent, "The device's certificate was renewed, until");
        await ArrivesAsync(site, agent, "with a certificate that had expired it renews it by itself");

        await using (var rotate = site.Edge("key", "rotate"))
        {
            rotate.Start();
            Assert.True(await rotate.EndAsync() == 0, Sayings(rotate));
        }

        await agent.KillAsync();
        agent.Start();
        await ArrivesAsync(site, agent, "they arrive under another key, those that waited as well");

        // The same on the sink's word; the answer comes under the new key.
        await site.SinkAsync("command", "rotate-key", EnrolledSite.Device, "--wait", "120");
        await ArrivesAsync(site, agent, "they arrive under the third key");

        await site.SinkAsync("device", "revoke", EnrolledSite.Device);
        await StaysAwayAsync(site, agent);
        await using (var again = site.Edge("enrol", "--sink", site.Enrolment.ToString(), "--claim", code))
        {
            again.Start();
            Assert.Equal(1, await again.EndAsync());
            Assert.Contains("refuses this device", Sayings(again), StringComparison.Ordinal);
        }

        await EnrolAsync(site, await site.InviteAsync(), "--new-key");
        await ArrivesAsync(site, agent, "enrolled anew, under another key, it is let in, and what waited is in the store");
        output.WriteLine($"{site.Stored()} records of one device stored through enrolment, expiry, another key, revocation and enrolment anew");
    }

    private async Task EnrolAsync(EnrolledSite site, string code, params string[] more)
    {
        await using var enrol = site.Edge(["enrol", "--sink", site.Enrolment.ToString(), "--claim", code, .. more]);
        enrol.Start();
        await SaysAsync(enrol, "Compare the key id with what the operator sees");
        output.WriteLine(await site.SinkAsync("device", "approve", EnrolledSite.Device));
        Assert.True(await enrol.EndAsync() == 0, Sayings(enrol));
        output.WriteLine(string.Join('\n', enrol.Lines));
    }

    private async Task<string> CheckAsync(EnrolledSite site)
    {
        await using var check = site.Edge("check");
        check.Start();
        Assert.True(await check.EndAsync() == 0, Sayings(check));
        output.WriteLine(string.Join('\n', check.Lines));
        return string.Join('\n', check.Lines);
    }

    private static async Task ArrivesAsync(EnrolledSite site, ChildProcess agent, string what)
    {
        var before = site.Stored();
        await Eventually.TrueAsync(() => agent.HasExited || site.Stored() >= before + 2, $"{what}:\n{Sayings(agent)}", TimeSpan.FromSeconds(120));
        Assert.False(agent.HasExited, Sayings(agent));
    }

    /// <summary>What a revoked device sends from then on is never stored: it waits in its outbox.</summary>
    private static async Task StaysAwayAsync(EnrolledSite site, ChildProcess agent)
    {
        var (stored, closed) = (site.Stored(), Closed(agent));
        await Eventually.TrueAsync(
            () =>
            {
                if (site.Stored() != stored)
                    (stored, closed) = (site.Stored(), Closed(agent));
                return Closed(agent) >= closed + 4;
            },
            $"four windows end and nothing more is stored:\n{Sayings(agent)}");
    }

    private static int Closed(ChildProcess agent) => agent.Lines.Count(line => line.Contains("Closed kerb-north", StringComparison.Ordinal));

    private static async Task SaysAsync(ChildProcess program, string part)
    {
        bool HasSaid() => Array.Exists(program.Lines, line => line.Contains(part, StringComparison.Ordinal));
        await Eventually.TrueAsync(() => program.HasExited || HasSaid(), $"it says {part}");
        Assert.True(HasSaid(), Sayings(program));
    }

    private static string Sayings(ChildProcess program) => string.Join('\n', program.Lines.Concat(program.Errors).TakeLast(30));
}
