using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Commands;
using SocialCredit.Edge.Sink.Governance;
using SocialCredit.Edge.Sink.Serving;
using SocialCredit.Edge.Sink.Storage;
using SocialCredit.Edge.Sink.Tests.Governance;
using SocialCredit.Edge.Sink.Tests.Serving;
using SocialCredit.Edge.Tests;

namespace SocialCredit.Edge.Sink.Tests.Web;

/// <summary>The city with all that the pages can show: positions, signed policies, contests in every state, devices that are well and not.</summary>
public sealed class PublicCity : IAsyncLifetime
{
    public const string LongTitle = "Bundesstraßenkreuzung am ehemaligen Güterbahnhofsverwaltungsgebäude, Südseite";

    internal ServedSink Sink { get; private set; } = null!;

    /// <summary>What somebody got who contested the north crossing.</summary>
    public string Receipt { get; private set; } = "";

    /// <summary>Every page, with the name that its picture has.</summary>
    public IEnumerable<(string Name, string Path)> Pages =>
    [
        ("places", "/"), ("places-none", "/?q=nowhere"), ("zone", "/zones/crossing-north"), ("zone-worst", "/zones/station-underpass?since=2026-10-20"),
        ("zone-new", "/zones/new-footbridge"), ("zone-drifting", "/zones/school-street"), ("sign", "/zones/crossing-north/sign"), ("compare", "/compare?a=crossing-north&b=station-underpass"),
        ("compare-choose", "/compare"), ("policy", "/policy"), ("policy-next", "/policy/p-2026.4"), ("contests", "/contests"), ("contest", "/contests/2"),
        ("contest-receipt", $"/contests/{Receipt}"), ("contest-new", "/contests/new?zone=crossing-north"), ("contest-choose", "/contests/new"),
        ("devices", "/devices"), ("device", "/devices/camera-cro"), ("audit", "/audit"), ("missing", "/zones/nowhere"),
    ];

    private static readonly Dictionary<string, ZoneEntry> Register = new()
    {
        ["crossing-north"] = Entry("camera-cro", "North crossing, Linden Square", "Linden Square", 51.3402, 12.3747),
        ["station-underpass"] = Entry("camera-sta", "Station underpass", null, 51.3449, 12.3808),
        ["market-hall-delivery-yard"] = Entry("camera-mar", LongTitle, "Market quarter", 51.3371, 12.3689),
        ["plaza-edge"] = Entry("camera-pla", "Plaza edge", "Linden Square", 51.3397, 12.3768),
        ["school-street"] = Entry("camera-sch", "School street", "Ring east", 51.3358, 12.3860),
    };

    internal static SinkOptions Options { get; } = new() { Policy = "policy.yaml", Zones = Register, Web = new WebOptions { Address = "https://places.example" } };

    public async ValueTask InitializeAsync()
    {
        Sink = await ServedSink.StartAsync(Fill, options: Options, change: services =>
        {
            services.AddTransient(provider => Desk(provider.GetRequiredService<IEventStore>(), provider.GetRequiredService<TimeProvider>()));
            services.AddSingleton(new ShadowPolicies([PolicyReader.Parse(Encoding.UTF8.GetBytes(Next), "next.yaml").File!]));
        });
        Restate(Sink.Store);
        SayHealth("camera-cro", []);
        SayHealth("camera-sta", [Attention.CameraBlind, Attention.OutboxParked]);
    }

    public ValueTask DisposeAsync() => Sink.DisposeAsync();

    private void Fill(IEventStore store)
    {
        TestCity.Fill(store);
        TestCity.SayManifest(store, "school-street");
        // A row that lost passages, to be found and made again.
        Assert.Equal(1, store.Database.Run(
            "UPDATE zone_day SET passages = passages - 900 WHERE zone = 'station-underpass' AND day = $1", DateOnly.FromDateTime(TestCity.Now.UtcDateTime).DayNumber - 1));
        var time = new FakeTimeProvider(TestCity.Now.AddDays(-40));
        var desk = Desk(store, time);
        Assert.Empty(desk.Publish(Encoding.UTF8.GetBytes(Current), "policy.yaml", "operator").Faults);
        Sign(desk, Current, PolicyRole.Operator, PolicyRole.Council, PolicyRole.CivilSociety);
        time.Advance(TimeSpan.FromDays(15));
        Assert.Equal("", desk.Activate("p-2026.3", null, "operator").Fault);
        Contest(store, time);
        time.SetUtcNow(TestCity.Now.AddDays(-2));
        Assert.Empty(desk.Publish(Encoding.UTF8.GetBytes(Next), "policy.yaml", "operator").Faults);
        Sign(desk, Next, PolicyRole.Council);
    }

    // As sink restate does it, and the night after it.
    private void Restate(IEventStore store)
    {
        var yesterday = DateOnly.FromDateTime(TestCity.Now.UtcDateTime).AddDays(-1);
        new Restatement(store.Database).Run("station-underpass", yesterday, yesterday, (turn, day) =>
        {
            ScorePasses.Mark(turn, "station-underpass", "restated rows", TestCity.Now);
            AuditTables.Append(turn, new AuditEntry(AuditKind.RowsRestated, "station-underpass", "operator", TestCity.Now)
            {
                Detail = [("day", $"{day.Date:yyyy-MM-dd}"), ("before", RestatedDayText.Short(day.Stands)), ("after", RestatedDayText.Short(day.Records))],
            });
        });
        Sink.Keeping.KeepZones(["station-underpass"], "restated rows");
    }

    private void Contest(IEventStore store, FakeTimeProvider time)
    {
        var contests = new ContestDesk(store.Database, time);
        contests.Open("plaza-edge", "littering", ContestReason.PlaceChanged, null);
        contests.Open("station-underpass", "red_crossing", ContestReason.CameraWrong, "The bridge hides half of the crossing.");
        Assert.Null(contests.Acknowledge(2, "operator"));
        time.Advance(TimeSpan.FromDays(6));
        Assert.Null(contests.Remeasure(2, new ContestMeasure("red_crossing", 52, 6, 8), "operator"));
        Assert.Null(contests.Decide(2, new ContestRuling(ContestOutcome.Recalibrate, "red_crossing"), "operator"));
        contests.Open("station-underpass", null, ContestReason.PlaceChanged, "The fair.");
        Assert.Null(contests.Acknowledge(3, "operator"));
        var fair = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime).AddDays(-5);
        Assert.Null(contests.Decide(3, new ContestRuling(ContestOutcome.Exclude, From: fair, To: fair.AddDays(2)), "operator"));
        time.Advance(TimeSpan.FromDays(16));
        Receipt = contests.Open("crossing-north", "red_crossing", ContestReason.NumbersWrong, "Nobody crosses on red here.").Receipt!;
    }

    private void SayHealth(string device, IReadOnlyList<Attention> attention)
    {
        var report = new HealthReport
        {
            Site = "plaza-7",
            Device = device,
            At = new DateTimeOffset(2026, 11, 22, 15, 0, 0, TimeSpan.Zero),
            Software = "1.0.0",
            UptimeHours = 741,
            Policy = "p-2026.3",
            Cameras =
            [
                new() { Camera = "north", Trouble = HealthTrouble.None, Coverage = 10, Model = new string('a', 64), Calibration = "c-17" },
                new() { Camera = "south", Trouble = attention.Count > 0 ? HealthTrouble.NoFrames : HealthTrouble.None, Coverage = attention.Count > 0 ? 0 : 10, Model = new string('b', 64), Calibration = "c-3" },
            ],
            Outbox = new() { Depth = 1, OldestHours = 0, Parked = attention.Count, Refusing = false, Dropped = 0, Lost = 0, GivenUp = 0 },
            ClockSteps = 0,
            SensorsUnknown = 0,
            CertificateDays = 61,
            Attention = attention,
        };
        var bytes = HealthReportJson.Encode(report);
        var key = TestManifests.KeyOf(device);
        Assert.True(Sink.Desk.KeepHealth(
            report, new Signed(bytes, Dsse.Sign(key, HealthReport.PayloadType, bytes), Dsse.KeyId(key.ExportSubjectPublicKeyInfo())), TestCity.Now));
    }

    private static void Sign(PolicyDesk desk, string policy, params PolicyRole[] roles)
    {
        foreach (var role in roles)
            Assert.Null(desk.Sign(Bodies.Sign(role, policy)));
    }

    private static PolicyDesk Desk(IEventStore store, TimeProvider time) =>
        new(new PolicyTables(store.Database), new AuditTables(store.Database), Bodies.Public, time, isDemo: false);

    private static ZoneEntry Entry(string device, string title, string? place, double latitude, double longitude) =>
        new() { Device = device, Title = title, Place = place, Latitude = latitude, Longitude = longitude };

    private const string Current = """
        id: p-2026.3
        permittedUses: [Deciding where a crossing is rebuilt first.]
        behaviours:
          red_crossing: {sign: bad, weight: 12, reference: 4, definition: Enters the carriageway more than 2.0 s after the signal turned red., source: Counted by hand at five crossings in May 2026.}
          littering: {sign: bad, weight: 8, reference: 0.5, definition: Leaves an object behind and walks away., source: Counted by hand in May 2026.}
        """;

    private const string Next = """
        id: p-2026.4
        permittedUses: [Deciding where a crossing is rebuilt first.]
        behaviours:
          red_crossing: {sign: bad, weight: 10, reference: 5, definition: Enters the carriageway more than 3.0 s after the signal turned red., source: Counted by hand at nine crossings in October 2026.}
          yielded: {sign: good, weight: 10, reference: 30, definition: A vehicle lets somebody cross., source: Counted by hand in October 2026.}
        """;
}
