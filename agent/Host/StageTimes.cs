namespace SocialCredit.Edge.Host;

/// <summary>Milliseconds of all frames so far, of all workers.</summary>
/// <param name="DetectMilliseconds">Letterbox, model and head.</param>
/// <param name="FollowMilliseconds">Tracker, rules and windows; static foreground too where a zone asks for it.</param>
internal readonly record struct StageTimes(double DetectMilliseconds, double FollowMilliseconds);
