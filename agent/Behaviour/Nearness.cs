using SocialCredit.Edge.Domain;

namespace SocialCredit.Edge.Behaviour;

/// <summary>
/// How far a person stands from a fixed place, in metres: on the ground plane where the camera has one. Without it the
/// person's own box is the measure, its height taken for 1.7 m; that reads a distance towards the camera too short.
/// </summary>
/// <param name="Ground">Null without calibration.</param>
/// <param name="At">Where the thing stands, in 0..1 of the frame.</param>
internal readonly record struct Nearness(GroundPlane? Ground, Point At)
{
    private const float PersonMetres = 1.7f;

    /// <summary>Not a number where one of the two shows no ground.</summary>
    public float MetresTo(in SceneTrack person, float aspect) =>
        Ground?.Distance(person.Foot, At) ?? Picture.Distance(person.Foot, At, aspect) / person.Box.Height * PersonMetres;

    /// <summary>The nearest person who is seen within <paramref name="metres"/>, by id; 0 if there is none.</summary>
    public int Nearest(Scene scene, float metres)
    {
        var (nearest, within) = (0, metres);
        foreach (var track in scene.Tracks)
        {
            if (!track.IsSeen || track.Class != ObjectClass.Person)
                continue;
            var distance = MetresTo(track, scene.Aspect);
            // Not a number is never near.
            if (distance <= within)
                (nearest, within) = (track.Id, distance);
        }

        return nearest;
    }
}
