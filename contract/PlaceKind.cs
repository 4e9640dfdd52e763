namespace SocialCredit.Edge.Contract;

/// <summary>What kind of public place a zone is. A place for which there is no word here is not scored.</summary>
public enum PlaceKind : byte
{
    Crossing,
    Junction,
    Road,
    Cycleway,
    Footway,
    Plaza,
    Park,
    Stop,
    Station,
    CarPark,
    RecyclingPoint,

    /// <summary>A door or barrier that many use, of no dwelling.</summary>
    Gate,
}
