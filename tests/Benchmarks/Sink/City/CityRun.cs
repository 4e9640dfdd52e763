namespace SocialCredit.Edge.Benchmarks.Sink.City;

internal static class CityRun
{
    public static Task<int> RunAsync(string what, CityOptions options) => throw new FormatException($"'{what}' {options}");
}

internal sealed record CityOptions
{
    public static CityOptions Read(string[] args) => throw new FormatException($"{args.Length}");
}
