namespace SocialCredit.Edge.Host.Staging;

/// <summary>How a camera works under a configuration.</summary>
/// <param name="Camera">Its name.</param>
/// <param name="IsAsked">False where the configuration switches it off.</param>
/// <param name="GivesFrames">Frames came, and the model and the rules saw them.</param>
/// <param name="HasEnded">Its file was read to its end without a fault.</param>
internal sealed record CameraFacts(string Camera, bool IsAsked, bool GivesFrames, bool HasEnded);

/// <summary>What a configuration makes of the device right now.</summary>
internal sealed record DeviceFacts(IReadOnlyList<CameraFacts> Cameras, bool TakesRecords, bool IsConnected)
{
    /// <summary>To be kept for the next probation.</summary>
    public ProbationFacts ToKeep() => new([.. Cameras.Where(camera => camera.GivesFrames).Select(camera => camera.Camera)], IsConnected);
}

/// <summary>
/// A new configuration proves itself when, in the second half of its time, everything works at once that worked before. In the first
/// half nothing is decided: what breaks only after a while must not be found good at once.
/// </summary>
/// <param name="before">What worked.</param>
/// <param name="length">How long it has.</param>
/// <param name="time">That passes.</param>
internal sealed class Probation(ProbationFacts before, TimeSpan length, TimeProvider time)
{
    private readonly long _from = time.GetTimestamp();

    /// <summary>True if it has proven itself, false if its time is over and it has not; null while it is open.</summary>
    /// <param name="now">What works.</param>
    /// <param name="why">What does not, in words.</param>
    public bool? Judge(DeviceFacts now, out string why)
    {
        why = Missing(now);
        var passed = time.GetElapsedTime(_from);
        if (passed < length / 2)
            return null;
        if (why.Length == 0)
            return true;
        return passed < length ? null : false;
    }

    private string Missing(DeviceFacts now)
    {
        var silent = now.Cameras.Where(camera => camera.IsAsked && before.Cameras.Contains(camera.Camera) && !camera.GivesFrames && !camera.HasEnded)
            .Select(camera => camera.Camera).ToList();
        if (silent.Count > 0)
            return $"no frames any more from {string.Join(", ", silent)}";
        if (!now.TakesRecords)
            return "the outbox takes no records";
        return before.IsConnected && !now.IsConnected ? "the broker cannot be reached any more" : "";
    }
}
