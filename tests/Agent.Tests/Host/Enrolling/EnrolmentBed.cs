using SocialCredit.Edge.Agent.Tests.Forwarding;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Forwarding;
using SocialCredit.Edge.Host.Configuration;
using SocialCredit.Edge.Host.Enrolling;

namespace SocialCredit.Edge.Agent.Tests.Host.Enrolling;

/// <summary>A device with a state folder of its own.</summary>
internal sealed class EnrolmentBed : IDisposable
{
    public EnrolmentBed(TimeProvider? time = null)
    {
        Time = time ?? TimeProvider.System;
        Path = TestConfigurations.Write();
        Configuration = AgentConfiguration.Load(Path, out _)!;
        Directory.CreateDirectory(State);
        Desk = new CertificateDesk(Configuration.Options, State, Time);
    }

    public TimeProvider Time { get; }

    public string Path { get; }

    public AgentConfiguration Configuration { get; }

    public string State => Configuration.State;

    public CertificateDesk Desk { get; }

    public List<string> Said { get; } = [];

    public CapturingLog Log { get; } = new();

    public string File(string name) => System.IO.Path.Combine(State, name);

    public async Task<EnrolledSink> EnrolAsync(StandInDesk sink, ClaimCode? claim = null, TimeSpan? patience = null)
    {
        using var key = DeviceKey.OpenOrMake(State);
        using var until = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        until.CancelAfter(patience ?? TimeSpan.FromMinutes(2));
        var enrolment = new DeviceEnrolment(Desk, TimeProvider.System, Said.Add) { Interval = TimeSpan.FromMilliseconds(20) };
        return await enrolment.RunAsync(sink.Sink, claim ?? sink.Claim, key, until.Token);
    }

    public void Dispose() => Directory.Delete(System.IO.Path.GetDirectoryName(Path)!, recursive: true);
}
