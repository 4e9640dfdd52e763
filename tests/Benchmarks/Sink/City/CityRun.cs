namespace SocialCredit.Edge.Benchmarks.Sink.City;

/// <summary>What is measured of a city of many zones.</summary>
internal static class CityRun
{
    /// <exception cref="FormatException">Not known.</exception>
    public static async Task RunAsync(string what, CityOptions options)
    {
        switch (what)
        {
            case "pages":
                await CityPages.RunAsync(options);
                break;
            case "ingest":
                CityIngest.Run(options);
                break;
            case "score":
                await CityScore.RunAsync(options);
                break;
            default:
                throw new FormatException($"'{what}' is not known; there are ingest, pages and score.");
        }
    }
}
