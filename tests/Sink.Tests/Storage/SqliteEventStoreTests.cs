using SocialCredit.Edge.Sink.Storage;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Sink.Tests.Storage;

public sealed class SqliteEventStoreTests : EventStoreContract
{
    protected override IEventStore Open(string place) => new SqliteEventStore(Path.Combine(place, "store.db"));

    [Fact]
    public void A_file_that_is_no_database_is_refused()
    {
        var path = Path.Combine(TestPaths.NewFolder(), "store.db");
        File.WriteAllText(path, string.Concat(Enumerable.Repeat("not a database ", 100)));

        Assert.Throws<Microsoft.Data.Sqlite.SqliteException>(() => new SqliteEventStore(path));
    }
}

public sealed class SqliteSequenceGapTests : SequenceGapContract
{
    protected override IEventStore Open(string place) => new SqliteEventStore(Path.Combine(place, "store.db"));
}

public sealed class SqliteRestatementTests : RestatementContract
{
    protected override IEventStore Open(string place) => new SqliteEventStore(Path.Combine(place, "store.db"));
}

public sealed class SqliteManifestStoreTests : ManifestStoreContract
{
    protected override IEventStore Open(string place) => new SqliteEventStore(Path.Combine(place, "store.db"));
}

public sealed class SqliteDeviceStoreTests : DeviceStoreContract
{
    protected override IEventStore Open(string place) => new SqliteEventStore(Path.Combine(place, "store.db"));
}
