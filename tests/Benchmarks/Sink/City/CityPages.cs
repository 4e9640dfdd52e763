using System.Diagnostics;
using System.Globalization;

namespace SocialCredit.Edge.Benchmarks.Sink.City;

/// <summary>Asks a running sink for pages of zones, one after another, each zone another one.</summary>
internal static class CityPages
{
    private const int WarmUp = 50;

    public static async Task RunAsync(CityOptions options)
    {
        using var http = new HttpClient { BaseAddress = options.Url, Timeout = TimeSpan.FromMinutes(2) };
        Console.WriteLine("| path | requests | bytes | p50 ms | p95 ms | p99 ms | longest ms |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        foreach (var path in options.Paths)
        {
            var random = new Random(1);
            var took = new List<double>();
            long bytes = 0;
            for (var i = 0; i < WarmUp + options.Requests; i++)
            {
                var zone = CityRecords.ZoneName(random.Next(options.Zones));
                var from = Stopwatch.GetTimestamp();
                using var response = await http.GetAsync(path.Replace("{zone}", zone, StringComparison.Ordinal));
                var body = await response.Content.ReadAsByteArrayAsync();
                if (i >= WarmUp)
                    took.Add(Stopwatch.GetElapsedTime(from).TotalMilliseconds);
                if (!response.IsSuccessStatusCode)
                    throw new FormatException($"{path} of {zone}: {(int)response.StatusCode}.");
                bytes += body.Length;
            }

            took.Sort();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {path} | {took.Count} | {bytes / (WarmUp + took.Count)} | {Share(took, 0.50):F1} | {Share(took, 0.95):F1} | {Share(took, 0.99):F1} | {took[^1]:F1} |"));
        }
    }

    private static double Share(List<double> sorted, double share) => sorted[(int)Math.Ceiling(share * sorted.Count) - 1];
}
