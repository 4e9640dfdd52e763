namespace SocialCredit.Edge.Forwarding;

/// <summary>What a forwarder did since it was started, and how it stands.</summary>
/// <param name="IsConnected">To the broker.</param>
/// <param name="Trouble">What is wrong in words, or null.</param>
/// <param name="NeedsAttention">Only a person can put it right: a wrong password, a name used twice, parked records.</param>
/// <param name="Sent">Sends that the broker acknowledged, repeated ones included.</param>
/// <param name="Resent">Of these, repeated ones.</param>
/// <param name="Covered">Records that left because the sink has committed them.</param>
/// <param name="Parked">Records that the broker refused for good, as often as it did.</param>
public sealed record ForwarderState(
    bool IsConnected, string? Trouble, bool NeedsAttention, long Sent, long Resent, long Covered, long Parked);

internal sealed class ForwardingCounters
{
    private readonly Lock _gate = new();
    private ForwarderState _state = new(false, null, false, 0, 0, 0, 0);

    public ForwarderState Snapshot()
    {
        lock (_gate)
            return _state;
    }

    public void SetConnected(bool isConnected)
    {
        lock (_gate)
            _state = isConnected
                ? _state with { IsConnected = true, Trouble = null, NeedsAttention = false }
                : _state with { IsConnected = false };
    }

    /// <summary>True if it is another trouble than before, so that a log says it once and not at every try.</summary>
    public bool SetTrouble(string trouble, bool needsAttention)
    {
        lock (_gate)
        {
            var isNews = _state.Trouble != trouble;
            _state = _state with { Trouble = trouble, NeedsAttention = needsAttention };
            return isNews;
        }
    }

    public void CountSent(bool isResend)
    {
        lock (_gate)
            _state = _state with { Sent = _state.Sent + 1, Resent = _state.Resent + (isResend ? 1 : 0) };
    }

    public void CountCovered(int records)
    {
        lock (_gate)
            _state = _state with { Covered = _state.Covered + records };
    }

    public void CountParked()
    {
        lock (_gate)
            _state = _state with { Parked = _state.Parked + 1 };
    }
}
