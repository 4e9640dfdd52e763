using System.Globalization;
using System.Text;
using SocialCredit.Edge.Anonymisation;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Host.Configuration;

namespace SocialCredit.Edge.Host;

/// <summary>What somebody who reads every message of this device can learn, in words for who walks past it.</summary>
internal sealed class OutsiderView(AgentConfiguration agent)
{
    private readonly AgentOptions _options = agent.Options;
    private readonly StringBuilder _text = new();

    public string Text()
    {
        Line($"What an outsider can learn from device {_options.Device} at {_options.Site}");
        Line("");
        Messages();
        foreach (var camera in _options.Cameras)
        {
            foreach (var zone in camera.Zones)
                Zone(camera, zone);
        }

        Never();
        return _text.ToString();
    }

    private void Messages()
    {
        var bytes = agent.RecordBytes;
        var broker = agent.Broker;
        var (least, most) = PublishDelay.SecondsOf(_options.Profile);
        Line("What leaves it");
        Line($"  One message of {bytes} bytes for each zone and window, to the broker at {broker.Host}:{broker.Port}"
            + $"{(broker.IsLoopback ? " (this machine)" : broker.Tls is null ? " in plain text" : " over TLS")}.");
        Line("  It comes whatever happened, and is always equally long.");
        Line(most == 0
            ? "  It is sent as soon as its window is over."
            : $"  It is sent {least / 60} to {most / 60} minutes after its window is over; when exactly is thrown by dice and tells nothing.");
        Line("  Besides, at each connection: online or offline, and the signed list of all that it can send (edge privacy manifest).");
        Line("  Once an hour, always at the same minute and of the same length, how the machine is: cameras, disk, clock, versions; no count of anything seen.");
        Line("  An answer in words of a closed list after each command of the sink: set-policy, rotate-key, restart or self-test, and no others.");
        if (_options.Profile == PrivacyProfile.Demo)
            Line("  THIS IS THE DEMONSTRATION: counts are exact, without noise and without threshold. It protects nobody and may only talk to this machine.");
        Line("");
    }

    private void Zone(CameraSection camera, ZoneSection zone)
    {
        var behaviours = agent.Policy.BehavioursOf(zone.Name);
        Line($"Zone {zone.Name}{(zone.Place is { } place ? $" ({Words(place)})" : "")}, camera {camera.Name}");
        Line($"  Each message says of {Span(zone.WindowSeconds)}, counted from midnight UTC: how many passed, and of these how often:");
        foreach (var name in behaviours)
            Line($"    {name}: {Behaviours.Find(name)!.Definition}");
        Line("  and how much of that time the camera was really watching, in tenths.");
        if (StatedTerms.For(_options.Profile, (decimal)zone.TracksPerPerson) is { EpsilonPassages: { } passages, EpsilonCounts: { } counts } terms)
        {
            Terms(zone, terms, ((double)passages, (double)counts));
            Person(behaviours, visit: (double)(passages + counts), deed: (double)counts);
        }

        Kept(zone, behaviours);
        Line("");
    }

    private void Terms(ZoneSection zone, StatedTerms terms, (double Passages, double Counts) epsilon)
    {
        Line($"  Noise: nine of ten passages are off by up to {Guess.NineOfTenWithin(epsilon.Passages)}, nine of ten counts by up to {Guess.NineOfTenWithin(epsilon.Counts)}; a count may be below zero.");
        Line($"  Fewer than {terms.PassagesMin} passages (about {(int)(terms.PassagesMin / zone.TracksPerPerson)} people) are never published; fewer than {terms.NoisedPassagesMin} with noise neither.");
        Line("  Such a message says that there were too few, and no numbers.");
        if (zone.PassagesPerHour is { } perHour)
            Line($"  In a usual window about {perHour * zone.WindowSeconds / 3600:0} pass.");
    }

    /// <param name="behaviours">What is counted in the zone.</param>
    /// <param name="visit">Epsilon of one track-visit.</param>
    /// <param name="deed">Epsilon of what it did.</param>
    private void Person(IReadOnlyList<string> behaviours, double visit, double deed)
    {
        Line("  Who passes once changes the odds of any published number by at most e (2.7). In a guess between two stories that are equally likely:");
        Line($"    \"was she there?\" is answered right at most {Guess.RightAtMost(visit):0 %} of the time, \"did she do it?\" at most {Guess.RightAtMost(deed):0 %}; 50 % is a coin.");
        Line($"    For two visits it is {Guess.RightAtMost(2 * visit):0 %}, for five {Guess.RightAtMost(5 * visit):0.0 %}: a habit kept for months can be detected by");
        Line("    someone who knows the exact base rate.");
        Line("    Whom the camera loses and finds again counts as two, and so does who passes two zones: their parts add up.");
        var episodes = behaviours.Where(name => Behaviours.Find(name) is { IsEpisode: true }).ToList();
        if (episodes.Count > 0)
        {
            Line($"    What happens between people or to things ({string.Join(", ", episodes)}) counts each time: who takes part in one is at most {Guess.RightAtMost(visit + deed):0 %}.");
        }
    }

    private void Kept(ZoneSection zone, IReadOnlyList<string> published)
    {
        var exposure = zone.Behaviours.Keys.Where(name => Behaviours.Find(name)?.Sign == BehaviourSign.Exposure);
        var kept = zone.Behaviours.Keys.Except(published).Except(exposure).ToList();
        if (kept.Count > 0)
            Line($"  Seen and in no message: {string.Join(", ", kept)}.");
    }

    private void Never()
    {
        Line("What no message says");
        Line("  Who it was; a picture, a face, a body, clothes, a plate; where in the zone, which way, how fast, how long; a time finer than the window.");
        Line("  Nothing joins one message to another but the place.");
        Line("");
        Line("What this does not protect from");
        Line("  Someone who holds the device while it runs: each frame is in its memory for a moment, and is personal data as long as it is there.");
        Line("  Someone who stands at the place and looks.");
        Line("");
        Line("Attack it yourself: edge privacy audit. Watch what it sends: edge privacy watch.");
    }

    private static string Span(int seconds) => seconds switch
    {
        3600 => "one hour",
        86400 => "one day",
        _ when seconds % 3600 == 0 => $"{seconds / 3600} hours",
        _ => $"{seconds} s",
    };

    private static string Words(PlaceKind place) => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(place.ToString()).Replace('_', ' ');

    private void Line(FormattableString line) => _text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private void Line(string line) => _text.Append(line).Append('\n');
}
