using SocialCredit.Edge.Benchmarks.Sink.City;
using SocialCredit.Edge.Benchmarks.Sink.Drain;

namespace SocialCredit.Edge.Benchmarks.Sink;

/// <summary>How fast the sink is, beside what it could be and what else one would write. README.md beside this file says how to run it.</summary>
internal static class Program
{
    private const string Help = """
        Usage:
          SinkBenchmarks drain [--records 40000] [--rounds 9] [--signed] [--postgres CONNECTION] [--node FOLDER] [--only sink-sqlite,node-sqlite]
          SinkBenchmarks steps [--records 40000] [--postgres CONNECTION]
          SinkBenchmarks city score --config sink.yaml [--parts 5000] [--days-later 1]
          SinkBenchmarks city ingest --postgres CONNECTION [--zones 1000000] [--records 1000000]
          SinkBenchmarks city pages [--url http://127.0.0.1:8080] [--zones 1000000] [--requests 1000] [--paths /api/zones/{zone}/score,...]

        drain   From a queue in mosquitto to the commit: the sink, an empty handler of MQTTnet, the store alone, a script of Node.
        steps   What each step of the ingestion costs by itself, in processor time.
        city    A database of many zones, made by City/city.sql: scores all of it, takes hourly records of all zones, asks a running sink for pages.
        Example: SinkBenchmarks drain --signed --node tests/Benchmarks/Sink/node
        """;

    private static async Task<int> Main(string[] args)
    {
        try
        {
            switch (args)
            {
                case ["drain", .. var rest]:
                    await DrainRun.RunAsync(DrainOptions.Read(rest));
                    return 0;
                case ["steps", .. var rest]:
                    StepsRun.Run(DrainOptions.Read(rest));
                    return 0;
                case ["contestant", .. var rest]:
                    await ContestantProcess.RunAsync(rest);
                    return 0;
                case ["city", var what, .. var rest]:
                    await CityRun.RunAsync(what, CityOptions.Read(rest));
                    return 0;
                case ["--help"] or ["-h"]:
                    Console.WriteLine(Help);
                    return 0;
            }
        }
        catch (FormatException wrong)
        {
            await Console.Error.WriteLineAsync(wrong.Message);
        }

        await Console.Error.WriteLineAsync(Help);
        return 2;
    }
}
