using System.Runtime.InteropServices;

namespace SocialCredit.Edge.Behaviour;

/// <summary>What a rule remembers of each track; a track that ended is forgotten, so nothing grows.</summary>
internal sealed class TrackMemory<T> where T : struct
{
    private readonly Dictionary<int, T> _states = new(64);

    /// <summary>The state of a track, new where <paramref name="isNew"/>; valid until the next call.</summary>
    public ref T Of(int trackId, out bool isNew)
    {
        ref var state = ref CollectionsMarshal.GetValueRefOrAddDefault(_states, trackId, out var exists);
        isNew = !exists;
        return ref state!;
    }

    public bool TryGet(int trackId, out T state) => _states.TryGetValue(trackId, out state);

    public Dictionary<int, T>.Enumerator GetEnumerator() => _states.GetEnumerator();

    public void Forget(int trackId) => _states.Remove(trackId);

    public void Forget(List<int> ended)
    {
        foreach (var id in ended)
            _states.Remove(id);
    }
}
