using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SocialCredit.Edge.EndToEnd.Tests.Chaos;

/// <summary>What goes wrong in a year on a pole, each as short as it can be and still be that.</summary>
internal sealed class ChaosFaults(ChaosBed bed, Random random)
{
    private static readonly TimeSpan Step = TimeSpan.FromHours(2);

    /// <summary>By name: how often beside the others, and what happens.</summary>
    public IReadOnlyDictionary<string, (int Weight, Func<Task> Happen)> All()
    {
        var all = new Dictionary<string, (int Weight, Func<Task> Happen)>
        {
            ["broker killed"] = (10, KillBrokerAsync),
            ["network cut at the device"] = (12, () => CutAsync(bed.DeviceLink)),
            ["network cut at the sink"] = (8, () => CutAsync(bed.SinkLink)),
            ["half-open connection"] = (10, HoldAsync),
            ["slow link"] = (8, SlowAsync),
            ["duplicate delivery"] = (12, () => bed.Wire.RepeatAsync(random.Next(1, 50))),
            ["agent kill -9"] = (8, KillAgentAsync),
            ["sink kill -9"] = (8, KillSinkAsync),
            ["certificate expired"] = (4, ExpireAsync),
            ["camera gone"] = (4, LoseCameraAsync),
            ["camera frozen"] = (4, FreezeCameraAsync),
            ["camera flapping"] = (2, FlapCameraAsync),
            ["corrupt outbox page"] = (4, CorruptAsync),
        };
        if (ChaosClock.IsThere)
            all.Add("clock step of 2 h", (6, StepClockAsync));
        if (bed.Disk is not null)
            all.Add("disk full", (6, FillDiskAsync));
        return all;
    }

    private Task PauseAsync(double secondsMax) => Task.Delay(TimeSpan.FromSeconds(secondsMax * (0.3 + 0.7 * random.NextDouble())));

    private async Task KillBrokerAsync()
    {
        await bed.Broker.KillAsync();
        await PauseAsync(0.5);
        await bed.Broker.StartAgainAsync();
    }

    private async Task CutAsync(FaultyLink link)
    {
        link.IsCut = true;
        await PauseAsync(1);
        link.IsCut = false;
    }

    private async Task HoldAsync()
    {
        var link = random.Next(2) == 0 ? bed.DeviceLink : bed.SinkLink;
        link.IsHeld = true;
        await PauseAsync(2);
        // As where a router lost its table: what was open is never heard of again.
        link.Reset();
        link.IsHeld = false;
    }

    private async Task SlowAsync()
    {
        bed.DeviceLink.BytesPerSecond = 4096;
        await PauseAsync(1.5);
        bed.DeviceLink.Heal();
    }

    private async Task KillAgentAsync()
    {
        await bed.Agent.LetWorkAsync();
        await bed.Agent.KillAsync();
        bed.Agent.Start();
    }

    private async Task KillSinkAsync()
    {
        await bed.Sink.LetWorkAsync();
        await bed.Sink.KillAsync();
        bed.Sink.Start();
    }

    private async Task ExpireAsync()
    {
        var path = Path.Combine(bed.State, "device-certificate.pem");
        using var current = X509Certificate2.CreateFromPem(await File.ReadAllTextAsync(path));
        using var authority = X509Certificate2.CreateFromPemFile(Path.Combine(bed.Authority, "authority.pem"), Path.Combine(bed.Authority, "authority-key.pem"));
        using var key = authority.GetECDsaPrivateKey()!;
        var request = new CertificateRequest(current.SubjectName, current.PublicKey, HashAlgorithmName.SHA256);
        foreach (var extension in current.Extensions)
            request.CertificateExtensions.Add(extension);
        var now = TimeProvider.System.GetUtcNow();
        using var expired = request.Create(
            authority.SubjectName, X509SignatureGenerator.CreateForECDsa(key), now.AddDays(-8), now.AddMinutes(-1), RandomNumberGenerator.GetBytes(16));
        await File.WriteAllTextAsync(path, expired.ExportCertificatePem() + "\n");
        bed.DeviceLink.Reset();
        await PauseAsync(0.5);
    }

    private async Task LoseCameraAsync()
    {
        bed.Camera.Go();
        await PauseAsync(1.5);
        bed.Camera.ComeBack();
    }

    private async Task FreezeCameraAsync()
    {
        bed.Camera.Freeze();
        await PauseAsync(2);
        bed.Camera.Thaw();
    }

    private async Task FlapCameraAsync()
    {
        for (var i = 0; i < 4; i++)
        {
            bed.Camera.Go();
            await PauseAsync(0.3);
            bed.Camera.ComeBack();
            await PauseAsync(0.3);
        }
    }

    private async Task CorruptAsync()
    {
        await bed.Agent.LetWorkAsync();
        await bed.Agent.KillAsync();
        var files = new[] { "outbox.db", "outbox.db-wal" }.Select(name => new FileInfo(Path.Combine(bed.State, name))).Where(file => file is { Exists: true, Length: > 0 }).ToList();
        var hit = files[random.Next(files.Count)];
        var rubbish = new byte[random.Next(1, 512)];
        random.NextBytes(rubbish);
        using (var file = hit.Open(FileMode.Open, FileAccess.Write))
        {
            file.Position = random.NextInt64(hit.Length);
            file.Write(rubbish);
        }

        bed.Agent.Start();
    }

    private async Task StepClockAsync()
    {
        bed.AgentClock.Set(random.Next(2) == 0 ? Step : -Step);
        await PauseAsync(3);
        bed.AgentClock.Set(TimeSpan.Zero);
    }

    private async Task FillDiskAsync()
    {
        bed.Disk!.Fill();
        await PauseAsync(3);
        bed.Disk.Empty();
    }
}
