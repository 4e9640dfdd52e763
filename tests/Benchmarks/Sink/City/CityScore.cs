namespace SocialCredit.Edge.Benchmarks.Sink.City;

internal static class CityScore
{
    public static void Run(CityOptions options) => throw new FormatException($"not yet {options.Zones}");
}
