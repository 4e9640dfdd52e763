using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using MQTTnet;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Forwarding;

namespace SocialCredit.Edge.Agent.Tests.Forwarding;

/// <summary>
/// The type is the guarantee: whatever can be handed to Forwarding from outside is walked, and only the payload types of the table
/// can carry anything to the outbox and to the MQTT client. A new payload type is a line here, with the schema that names its all.
/// </summary>
public sealed class OnlyRecordsLeaveTests
{
    private static readonly (Type Type, string Schema)[] Payloads =
    [
        (typeof(CommandAnswer), RemoteSchemas.Answer), (typeof(EventRecord), EventRecordSchema.Text), (typeof(HealthReport), RemoteSchemas.Health),
        (typeof(PrivacyManifest), PrivacyManifestSchema.Text),
    ];

    /// <summary>What else may be handed in. It steers, and none of it gets into a payload.</summary>
    private static readonly Type[] Steering =
    [
        typeof(Received), typeof(TimeProvider), typeof(ILogger), typeof(CancellationToken), typeof(DateTimeOffset), typeof(TimeSpan),
        typeof(int), typeof(uint), typeof(long), typeof(bool),
    ];

    /// <summary>Text may be handed in here only: what a device is called and where the broker and files are.</summary>
    private static readonly string[] Texts =
        ["BrokerOptions.Device", "BrokerOptions.Host", "BrokerOptions.User", "BrokerOptions.Password", "BrokerTls.CaFile", "OutboxOptions.Path",
            "KeyToken.Module", "KeyToken.Address", "KeyToken.Pin", "BrokerTls.CertificateFile", "BrokerTls.KeyFile", "BrokerTls.Folder", "ManifestShelf..ctor folder", "DeviceKey.OpenOrMake folder", "DeviceKey.Find folder",
            "DeviceKey.OpenOrMakeNext folder", "DeviceKey.FindNext folder", "DeviceKey.PutNextInForce folder", "DeviceKey.DropNext folder",
            "DeviceKey.SigningRequest device", "DeviceKey.HandOver device"];

    /// <summary>Inside, bytes pass through these members: those of a record, and the sink's word on its way in.</summary>
    private static readonly string[] ByteCarriers =
    [
        // Signs and sends nothing.
        "DeviceKey.Sign(String, ReadOnlySpan`1)",
        // Seals what was encoded of a report or an answer one line above.
        "DeviceKey.Sealed(String, Byte[])",
        // The policy's bytes, on their way in.
        "DeviceMail.TakePolicy(Byte[])",
        "MqttForwarder.TakeReceived(Byte[])", "OutboxEntry..ctor(UInt32, String, ReadOnlyMemory`1, DateTimeOffset)",
        "OutboxLedger.Insert(OutboxEntry, Byte[], DateTimeOffset)", "RecordSender.TakeReceived(String, Byte[])",
    ];

    private static readonly Type[] Bytes = [typeof(byte[]), typeof(ReadOnlyMemory<byte>), typeof(Memory<byte>), typeof(ReadOnlySpan<byte>), typeof(Stream)];

    private static readonly Assembly Forwarding = typeof(Outbox).Assembly;

    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    [Fact]
    public void Nothing_but_a_record_a_manifest_a_report_and_an_answer_can_be_handed_in()
    {
        var (breaches, reached) = Walk(Forwarding.GetExportedTypes());

        Assert.Empty(breaches);
        Assert.Equal(Payloads.Select(payload => payload.Type), reached.OrderBy(type => type.Name));
        // Nobody is let in by another door.
        Assert.Empty(Forwarding.GetCustomAttributes<InternalsVisibleToAttribute>());
    }

    [Fact]
    public void A_planted_door_is_found()
    {
        var (breaches, _) = Walk([typeof(PlantedDoor)]);

        Assert.Equal(
            [
                "PlantedDoor..ctor picture: Byte[]", "PlantedDoor.Append track: PlantedTrack", "PlantedDoor.Ask said: String", "PlantedDoor.Say text: String",
                "PlantedDoor.Stream: Stream", "PlantedOptions.Notes: String",
            ],
            breaches.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_message_is_made_of_a_record_a_manifest_a_report_an_answer_or_a_state_and_of_nothing_else() =>
        Assert.Equal(
            [
                "BrokerConnection.Event(OutboxEntry, EventRecord)", "BrokerConnection.Manifest(SignedManifest, Boolean)", "BrokerConnection.Sealed(String, String, Signed)",
                "BrokerConnection.State(String)",
            ],
            Members().Where(member => member is MethodInfo made && made.ReturnType == typeof(MqttApplicationMessage)).Select(Signature).Order());

    [Fact]
    public void Bytes_pass_through_few_members_inside() =>
        Assert.Equal(
            ByteCarriers.Order(StringComparer.Ordinal),
            Members().Where(member => member.GetParameters().Any(parameter => Bytes.Contains(parameter.ParameterType))).Select(Signature).Order(StringComparer.Ordinal));

    [Fact]
    public void Every_property_of_all_that_can_leave_is_named_by_its_schema()
    {
        Assert.All(Payloads, payload => Assert.Empty(NotNamed(payload.Type, payload.Schema)));
        Assert.Equal(["PlantedRecord.Counts[].Zone", "PlantedRecord.Note"], NotNamed(typeof(PlantedRecord), EventRecordSchema.Text).Order());
    }

    /// <summary>What could carry something past the table, and the payload types that were met.</summary>
    private static (List<string> Breaches, HashSet<Type> Reached) Walk(IEnumerable<Type> types)
    {
        List<string> breaches = [];
        HashSet<Type> reached = [], walked = [];
        // Records and enumerations are values; they matter where a door takes one.
        var doors = types.Where(type => type.IsClass && !IsRecord(type) && !typeof(Delegate).IsAssignableFrom(type)).ToList();
        foreach (var door in doors)
        {
            foreach (var method in door.GetMethods(Declared).Cast<MethodBase>().Concat(door.GetConstructors()).Where(method => !method.IsSpecialName || method.IsConstructor))
            {
                foreach (var parameter in method.GetParameters())
                    Take(parameter.ParameterType, $"{door.Name}.{method.Name} {parameter.Name}");
            }

            foreach (var property in door.GetProperties(Declared).Where(property => property.SetMethod is { IsPublic: true }))
                Take(property.PropertyType, $"{door.Name}.{property.Name}");
            foreach (var handler in door.GetEvents(Declared))
                Take(handler.EventHandlerType!, $"{door.Name}.{handler.Name}");
        }

        return (breaches, reached);

        void Take(Type given, string where)
        {
            var type = Nullable.GetUnderlyingType(given) ?? given;
            if (Payloads.Any(payload => payload.Type == type))
                reached.Add(type);
            else if (typeof(Delegate).IsAssignableFrom(type))
                TakeAnswer(type.GetMethod("Invoke")!.ReturnType, where);
            else if (type.IsEnum || doors.Contains(type) || Steering.Contains(type) || Texts.Contains(where) || !walked.Add(type))
                return;
            else if (type.Assembly == typeof(object).Assembly || !IsRecord(type))
                AddAgain(type, where);
            else
                TakeAll(type);
        }

        // A delegate is asked: what it is given goes out of Forwarding, what it answers comes in.
        void TakeAnswer(Type answer, string where)
        {
            if (answer != typeof(void))
                Take(answer, where);
        }

        void TakeAll(Type record)
        {
            foreach (var property in record.GetProperties(Declared).Where(property => property.SetMethod is { IsPublic: true }))
                Take(property.PropertyType, $"{record.Name}.{property.Name}");
        }

        void AddAgain(Type type, string where)
        {
            walked.Remove(type);
            breaches.Add($"{where}: {type.Name}");
        }
    }

    private static List<string> NotNamed(Type payload, string schema)
    {
        List<string> faults = [];
        var root = JsonDocument.Parse(schema).RootElement;
        Look(payload, root, payload.Name);
        return faults;

        void Look(Type type, JsonElement at, string path)
        {
            // A count is written as a key of the behaviour's name; EventRecordSchemaTests hold those against the catalogue.
            if (type == typeof(BehaviourCount))
                return;
            var named = Resolve(root, at) is { } known && known.TryGetProperty("properties", out var properties) ? properties : default;
            foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite))
            {
                var key = char.ToLowerInvariant(property.Name[0]) + property.Name[1..];
                var isNamed = named.ValueKind == JsonValueKind.Object && named.TryGetProperty(key, out _);
                if (!isNamed)
                    faults.Add($"{path}.{property.Name}");
                var isList = property.PropertyType.IsGenericType && property.PropertyType.GetGenericTypeDefinition() == typeof(IReadOnlyList<>);
                var element = isList ? property.PropertyType.GetGenericArguments()[0] : property.PropertyType;
                if (isNamed && IsRecord(element))
                    Look(element, ItemOf(Resolve(root, named.GetProperty(key))), path + $".{property.Name}{(isList ? "[]" : "")}");
            }
        }
    }

    private static JsonElement ItemOf(JsonElement schema) => schema.TryGetProperty("items", out var items) ? items : schema;

    private static JsonElement Resolve(JsonElement root, JsonElement schema) =>
        schema.TryGetProperty("$ref", out var reference)
            ? reference.GetString()!.Split('/').Skip(1).Aggregate(root, (at, step) => at.GetProperty(step))
            : schema;

    private static IEnumerable<MethodBase> Members()
    {
        const BindingFlags all = Declared | BindingFlags.NonPublic;
        // What the compiler made of lambdas and iterators has no way in but its members'.
        return Forwarding.GetTypes().Where(type => !type.Name.Contains('<'))
            .SelectMany(type => type.GetMethods(all).Cast<MethodBase>().Concat(type.GetConstructors(all)))
            .Where(member => !member.Name.Contains('<') && member.GetCustomAttribute<CompilerGeneratedAttribute>() is null);
    }

    private static string Signature(MethodBase member) =>
        $"{member.DeclaringType!.Name}.{member.Name}({string.Join(", ", member.GetParameters().Select(parameter => parameter.ParameterType.Name))})";

    private static bool IsRecord(Type type) => type.GetMethod("<Clone>$") is not null || (type.IsValueType && type.GetMethod("PrintMembers", BindingFlags.NonPublic | BindingFlags.Instance) is not null);

    private sealed record PlantedTrackCount(string Zone);

    private sealed record PlantedRecord(string Site, string Note, IReadOnlyList<PlantedTrackCount> Counts);

    public sealed record PlantedOptions
    {
        public int Port { get; init; }

        public string Notes { get; init; } = "";
    }

    public sealed class PlantedTrack;

#pragma warning disable CA1822, CA1801 // Only its signatures are looked at.
    public sealed class PlantedDoor(byte[] picture, PlantedOptions options)
    {
        public Stream Stream { get; set; } = new MemoryStream(picture, writable: options.Port > 0);

        public void Append(PlantedTrack track) => _ = track;

        public void Say(string text) => _ = text;

        public void Ask(Func<string> said) => _ = said;
    }
#pragma warning restore CA1822, CA1801
}
