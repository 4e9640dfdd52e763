using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Tests.Storage;

public sealed class PostgresEventStoreTests : EventStoreContract
{
    protected override IEventStore Open(string place) => new PostgresEventStore(PostgresServer.Get().Database(place));
}

public sealed class PostgresManifestStoreTests : ManifestStoreContract
{
    protected override IEventStore Open(string place) => new PostgresEventStore(PostgresServer.Get().Database(place));
}

public sealed class PostgresDeviceStoreTests : DeviceStoreContract
{
    protected override IEventStore Open(string place) => new PostgresEventStore(PostgresServer.Get().Database(place));
}
