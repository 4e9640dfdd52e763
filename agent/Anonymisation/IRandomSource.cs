namespace SocialCredit.Edge.Anonymisation;

/// <summary>Where noise and publish delays take their chance from. Devices use <see cref="OsRandom"/>; tests a seed.</summary>
public interface IRandomSource
{
    /// <summary>A uniform integer from 0 up to and without <paramref name="limit"/>, which is at least 1.</summary>
    int Below(int limit);
}
