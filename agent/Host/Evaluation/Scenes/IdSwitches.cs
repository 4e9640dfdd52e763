using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Host.Evaluation.Scenes;

/// <summary>Now and then ends a track in plain sight and lets it go on under a new id, beside what the tracker does by itself.</summary>
internal sealed class IdSwitches(double perSecond, SceneRandom random)
{
    /// <summary>Ids of its own begin here, far above what the tracker gives in one scene.</summary>
    private int _nextId = 1_000_000;

    private readonly Dictionary<int, int> _shownAs = [];

    public void Apply(List<Track> tracks, List<int> ended, double seconds)
    {
        for (var i = 0; i < ended.Count; i++)
        {
            if (_shownAs.Remove(ended[i], out var shown))
                ended[i] = shown;
        }

        for (var i = 0; i < tracks.Count && perSecond > 0; i++)
        {
            var id = tracks[i].Id;
            if (random.Happens(perSecond * seconds))
            {
                ended.Add(_shownAs.GetValueOrDefault(id, id));
                _shownAs[id] = _nextId++;
            }

            if (_shownAs.TryGetValue(id, out var shown))
                tracks[i] = tracks[i] with { Id = shown };
        }
    }
}
