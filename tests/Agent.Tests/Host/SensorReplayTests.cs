using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Agent.Tests.Host;

/// <summary>Wires that a script plays beside a real clip, through the real executable.</summary>
public sealed class SensorReplayTests
{
    [Fact]
    public async Task Camera_and_wires_meet_on_one_time_base_and_a_replay_gives_the_same_bytes()
    {
        var runs = new List<string>();
        foreach (var workers in (int[])[1, 2])
        {
            var folder = TestPaths.NewFolder();
            foreach (var name in (string[])["edge.yaml", "policy.yaml", "sensors.yaml"])
            {
                var text = await File.ReadAllTextAsync(Path.Combine(TestPaths.Root, "deploy", "demo", name), TestContext.Current.CancellationToken);
                await File.WriteAllTextAsync(
                    Path.Combine(folder, name),
                    text.Replace("@CLIP@", "clip.avi", StringComparison.Ordinal)
                        .Replace("@MQTT_PORT@", "1883", StringComparison.Ordinal)
                        .Replace("calibration: c-demo", $"calibration: c-demo\n    workers: {workers}", StringComparison.Ordinal),
                    TestContext.Current.CancellationToken);
            }

            var events = Path.Combine(folder, "events.csv");
            var (exitCode, printed) = await EdgeProgram.RunAsync(
                "replay", TestPaths.VtestClip(), "--config", Path.Combine(folder, "edge.yaml"), "--models", Path.Combine(TestPaths.Root, "models"), "--events-out", events);
            Assert.True(exitCode == 0, printed);
            Assert.Contains("campus-road: 22 passages in 79 s, passagesPerHour: 997. Write windowSeconds: 3600 (profile standard). Measure an hour or more", string.Join(' ', printed.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries)));
            runs.Add(await File.ReadAllTextAsync(events, TestContext.Current.CancellationToken));
        }

        Assert.Equal(runs[0], runs[1]);
        // Flap at 20, 40, 56 and 72.6 s, at 40 with nobody near; button at 30 and 34, and at 60 without the second press. 10 fps.
        Assert.Equal(
            ["201 bin_used", "341 steward_fix", "561 bin_used", "727 bin_used"],
            runs[0].Split('\n').Select(line => line.Split(',')).Where(cells => cells.Length > 2 && cells[2] is "bin_used" or "steward_fix").Select(cells => $"{cells[0]} {cells[2]}"));
    }
}
