using SocialCredit.Edge.Contract;

namespace SocialCredit.Edge.Forwarding;

/// <summary>What came on the topic of commands, by whoever sent it: nothing of it is believed yet.</summary>
/// <param name="Message">Its bytes and what is said to be their signature.</param>
/// <param name="IsRetained">The broker keeps it for whoever connects.</param>
public sealed record IncomingCommand(Signed Message, bool IsRetained);
