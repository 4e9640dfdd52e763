using System.Diagnostics;
using System.Globalization;
using Npgsql;
using SocialCredit.Edge.Sink.Storage;
using SocialCredit.Edge.Tests;

[assembly: AssemblyFixture(typeof(SocialCredit.Edge.Sink.Tests.Storage.PostgresServerEnd))]

namespace SocialCredit.Edge.Sink.Tests.Storage;

/// <summary>
/// Debian's PostgreSQL as a cluster of its own in a folder of its own, on a free port and a socket; one for all tests, started by the first
/// that asks, with a database for each. It waits for its disk as a server does in the city.
/// </summary>
internal sealed class PostgresServer
{
    private const string Template = "sce_template";

    private static readonly Lock Starting = new();
    private static PostgresServer? _running;

    private readonly string _binaries;
    private readonly string _folder;
    private readonly int _port;
    private int _empty;
    private readonly Lock _making = new();
    private readonly Dictionary<string, string> _databases = new(StringComparer.Ordinal);

    private PostgresServer(string binaries)
    {
        (_binaries, _folder, _port) = (binaries, TestPaths.NewFolder(), FreePort.Take());
        if (Environment.IsPrivilegedProcess)
            Run("/bin/chown", "postgres", _folder);
        RunAsServer("initdb", "--pgdata", Data, "--no-sync", "--no-locale", "--encoding=UTF8", "--auth=trust", "--username=sink");
        File.AppendAllText(Path.Combine(Data, "postgresql.conf"), $"""

            port = {_port}
            listen_addresses = '127.0.0.1'
            unix_socket_directories = '{_folder}'
            max_connections = 200
            shared_buffers = 64MB
            fsync = on
            synchronous_commit = on
            deadlock_timeout = 100ms
            """);
        RunAsServer("pg_ctl", "start", "--wait", "--pgdata", Data, "--log", Path.Combine(_folder, "log"));
        Execute("postgres", $"CREATE DATABASE {Template}");
        new PostgresEventStore(ConnectionTo(Template)).Dispose();
        NpgsqlConnection.ClearAllPools();
    }

    /// <summary>Starts one at the first call; skips the test, naming the package, where there is none.</summary>
    public static PostgresServer Get()
    {
        lock (Starting)
            return _running ??= new PostgresServer(FindBinaries());
    }

    /// <summary>How to connect to the database of this name, which is made with the newest schema at the first call.</summary>
    /// <param name="place">Any text; the same text is the same database.</param>
    public string Database(string place)
    {
        lock (_making)
        {
            if (!_databases.TryGetValue(place, out var name))
            {
                _databases.Add(place, name = string.Create(CultureInfo.InvariantCulture, $"sce_{_databases.Count}"));
                Execute("postgres", $"CREATE DATABASE {name} TEMPLATE {Template}");
            }

            return ConnectionTo(name);
        }
    }

    /// <summary>An empty database that has never seen a sink.</summary>
    /// <param name="made">More of CREATE DATABASE.</param>
    /// <param name="altered">A setting of ALTER DATABASE, or nothing.</param>
    public string EmptyDatabase(string made = "", string altered = "")
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"sce_empty_{Interlocked.Increment(ref _empty)}");
        Execute("postgres", $"CREATE DATABASE {name} TEMPLATE template0 {made}");
        if (altered.Length > 0)
            Execute("postgres", $"ALTER DATABASE {name} {altered}");
        return ConnectionTo(name);
    }

    internal static void End()
    {
        lock (Starting)
        {
            if (_running is not { } server)
                return;
            _running = null;
            server.RunAsServer("pg_ctl", "stop", "--mode=immediate", "--wait", "--pgdata", server.Data);
            Directory.Delete(server._folder, recursive: true);
        }
    }

    private string Data => Path.Combine(_folder, "data");

    // Small pools: there is a database for each test, and one server for all.
    private string ConnectionTo(string database) =>
        $"Host={_folder};Port={_port};Database={database};Username=sink;Maximum Pool Size=20;Connection Idle Lifetime=5;Connection Pruning Interval=1";

    private void Execute(string database, string sql)
    {
        using var connection = new NpgsqlConnection(ConnectionTo(database) + ";Pooling=false");
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    private static string FindBinaries()
    {
        var found = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).FirstOrDefault(bin => File.Exists(Path.Combine(bin, "initdb")))
            : null;
        if (found is null)
            Assert.Skip("needs PostgreSQL: apt-get install postgresql");
        return found!;
    }

    /// <summary>The server refuses to run as root.</summary>
    private void RunAsServer(string program, params string[] arguments)
    {
        var executable = Path.Combine(_binaries, program);
        if (Environment.IsPrivilegedProcess)
            Run("/usr/bin/setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", executable, .. arguments]);
        else
            Run(executable, arguments);
    }

    private static void Run(string program, params string[] arguments)
    {
        // Not redirected: what a server inherits stays open as long as it runs.
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec \"$0\" \"$@\" >/dev/null 2>&1 </dev/null", program, .. arguments])
        {
            UseShellExecute = false,
            WorkingDirectory = "/",
        })!;
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}");
    }
}

/// <summary>Ends the server when all tests are done.</summary>
public sealed class PostgresServerEnd : IDisposable
{
    public void Dispose() => PostgresServer.End();
}
