using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Forwarding;

namespace SocialCredit.Edge.Host.Enrolling;

/// <summary>
/// Brings a device into a sink's register: holds the sink's authority against the code's pin, asks, and waits for the operator. Asking again
/// with the same code changes nothing.
/// </summary>
/// <param name="desk">What is asked.</param>
/// <param name="time">Between two questions.</param>
/// <param name="say">Progress, a sentence at a time.</param>
internal sealed class DeviceEnrolment(CertificateDesk desk, TimeProvider time, Action<string> say)
{
    private static readonly TimeSpan ClockOffMax = TimeSpan.FromMinutes(5);

    private string? _said;
    private bool _hasSaidClock;

    /// <summary>Between two questions.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Until an operator has approved the device.</summary>
    /// <param name="sink">Its address.</param>
    /// <param name="claim">What the operator handed out.</param>
    /// <param name="key">The device's.</param>
    /// <param name="until">An end of the patience.</param>
    /// <exception cref="SinkException">The sink refuses the device, or is not the one that the code names.</exception>
    /// <exception cref="IOException">The state folder does not take it.</exception>
    /// <exception cref="OperationCanceledException">The patience has ended.</exception>
    public async Task<EnrolledSink> RunAsync(Uri sink, ClaimCode claim, DeviceKey key, CancellationToken until)
    {
        using var authority = await AgainAsync(() => FindAuthorityAsync(sink, claim, until), until);
        Say($"The authority of {sink} is the one that the code names.");
        while (true)
        {
            var answer = await AgainAsync(() => AskAsync(sink, authority, (key, claim), until), until);
            if (answer.Status == EnrolmentStatus.Approved)
                return desk.Keep(answer, sink, authority, key);
            if (answer.Status == EnrolmentStatus.Refused)
                throw new SinkException(SinkTrouble.NotUnderstood, $"{sink} refuses this device: {answer.Reason ?? "it gives no reason."}");
            Say($"The sink waits for an operator to approve this device. Compare the key id with what the operator sees: {key.Id}");
            await Task.Delay(Interval, time, until);
        }
    }

    private async Task<X509Certificate2> FindAuthorityAsync(Uri sink, ClaimCode claim, CancellationToken until)
    {
        using var link = new SinkLink(sink, null, time);
        var authority = await link.AuthorityAsync(claim, until);
        SayClock(link);
        return authority;
    }

    private async Task<EnrolmentAnswer> AskAsync(Uri sink, X509Certificate2 authority, (DeviceKey Key, ClaimCode Claim) by, CancellationToken until)
    {
        using var link = new SinkLink(sink, authority, time);
        return await desk.ClaimAsync(link, by.Key, by.Claim, until);
    }

    /// <summary>A network that is not there yet, or a sink that is being restarted, is waited for.</summary>
    private async Task<T> AgainAsync<T>(Func<Task<T>> ask, CancellationToken until)
    {
        while (true)
        {
            try
            {
                return await ask();
            }
            catch (SinkException unreachable) when (unreachable.Trouble == SinkTrouble.Unreachable)
            {
                Say($"{unreachable.Message}. Trying again.");
                await Task.Delay(Interval, time, until);
            }
        }
    }

    private void SayClock(SinkLink link)
    {
        if (_hasSaidClock || link.ClockAhead is not { } ahead || ahead.Duration() < ClockOffMax)
            return;
        _hasSaidClock = true;
        Say(string.Create(
            CultureInfo.InvariantCulture,
            $"This device's clock is {ahead.Duration():d\\.hh\\:mm\\:ss} {(ahead > TimeSpan.Zero ? "ahead of" : "behind")} the sink's: set it (timedatectl), or certificates will not hold."));
    }

    private void Say(string sentence)
    {
        if (_said == sentence)
            return;
        _said = sentence;
        say(sentence);
    }
}
