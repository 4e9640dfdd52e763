using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Forwarding;
using SocialCredit.Edge.Host.Configuration;

namespace SocialCredit.Edge.Host.Enrolling;

/// <summary>
/// Changes the device's key: another is made beside it, the old one vouches for it at the sink, and it takes the old one's place only when
/// the sink has answered. Whenever the power goes, there is one whole key in force, and a change that was begun is gone on with: a sink that
/// has the new key already gives the same answer again.
/// </summary>
internal sealed class DeviceKeyRotation(AgentConfiguration configuration, CertificateDesk desk)
{
    /// <summary>A change was begun and the sink has not answered for it.</summary>
    public bool IsBegun => configuration.Options.Key is null && File.Exists(Path.Combine(configuration.State, DeviceKey.NextFileName));

    /// <summary>Begins a change, or goes on with one, to its end. The agent takes the new key up by itself.</summary>
    /// <returns>The new key's id.</returns>
    /// <exception cref="SinkException">The sink refused, and the old key stays; or it gave no answer, and the change is gone on with later.</exception>
    /// <exception cref="IOException">The device is not enrolled, or the disk does not take it.</exception>
    public async Task<string> RunAsync(CancellationToken cancellationToken)
    {
        if (configuration.Options.Key is not null)
            throw new IOException("The device's key is in a token: make another one there, name it in edge.yaml, have the device revoked and enrol it again.");
        var state = configuration.State;
        var enrolled = EnrolledSink.Find(state)
            ?? throw new IOException("The device is not enrolled, so no sink could be told of another key. Run edge enrol first.");
        using var old = DeviceKey.OpenOrMake(state);
        using var next = DeviceKey.OpenOrMakeNext(state);
        var answer = await desk.HandOverAsync(enrolled, (old, next), cancellationToken);
        if (answer.Status == EnrolmentStatus.Refused)
        {
            DeviceKey.DropNext(state);
            throw new SinkException(SinkTrouble.NotUnderstood, $"{enrolled.Sink} refuses the new key, and the old one stays: {answer.Reason}");
        }

        if (answer.Status != EnrolmentStatus.Approved)
            throw new SinkException(SinkTrouble.Unreachable, $"{enrolled.Sink} has not approved the new key yet; the agent goes on asking");
        PutInForce(state, next);
        return next.Id;
    }

    /// <summary>The agent goes on with a change that a command beside it began, at the same time: whoever is later finds it done.</summary>
    private static void PutInForce(string state, DeviceKey next)
    {
        try
        {
            DeviceKey.PutNextInForce(state);
        }
        catch (FileNotFoundException)
        {
            using var inForce = DeviceKey.Find(state);
            if (inForce?.Id != next.Id)
                throw;
        }
    }
}
