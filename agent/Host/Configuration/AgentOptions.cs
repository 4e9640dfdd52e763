using System.ComponentModel.DataAnnotations;
using SocialCredit.Edge.Behaviour;
using SocialCredit.Edge.Configuration;
using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Domain;
using SocialCredit.Edge.Forwarding;
using SocialCredit.Edge.Inference;
using SocialCredit.Edge.Operation;
using SocialCredit.Edge.Sensing;

namespace SocialCredit.Edge.Host.Configuration;

/// <summary>What stands in <c>edge.yaml</c>. Paths are read from the folder of the file.</summary>
public sealed record AgentOptions
{
    internal const string DefaultState = "/var/lib/socialcredit-edge";

    /// <summary>The site of every zone of this device, as in the public register.</summary>
    [RegularExpression("[a-z0-9-]{3,32}")]
    public required string Site { get; init; }

    /// <summary>This device; also its client id at the broker.</summary>
    [RegularExpression("[a-z0-9-]{3,32}")]
    public required string Device { get; init; }

    /// <summary><c>standard</c>, <c>strict</c>, or <c>demo</c>: no noise, and only with a broker on loopback.</summary>
    public PrivacyProfile Profile { get; init; } = PrivacyProfile.Standard;

    /// <summary>The policy's file.</summary>
    [Required]
    public required string Policy { get; init; }

    [Required]
    public required BrokerSection Broker { get; init; }

    /// <summary>A folder for the outbox.</summary>
    public string State { get; init; } = DefaultState;

    /// <summary>
    /// A changed configuration, policy or model must prove itself for so long: cameras, model, outbox and broker work as before; else
    /// the one before comes back by itself.
    /// </summary>
    [Range(1, 3600)]
    public int ProbationSeconds { get; init; } = 120;

    /// <summary>How much waits there.</summary>
    public OutboxSection Outbox { get; init; } = new();

    /// <summary>Where the device's key is kept; without it in a file of the state folder, for its owner alone.</summary>
    public KeySection? Key { get; init; }

    /// <summary>A folder with models, before all others.</summary>
    public string? Models { get; init; }

    /// <summary>A folder with the public keys (PEM) of those whose models are taken, beside those that came with the program.</summary>
    public string? Publishers { get; init; }

    /// <summary>Takes models that nobody signed: for a laboratory, and said so at every start.</summary>
    public bool AllowUnsignedModels { get; init; }

    /// <summary>Where the lines of sensors and outputs are; without it, the only chip that there is.</summary>
    public GpioSection Gpio { get; init; } = new();

    /// <summary>By the name that rules refer to: what it is, one kind each, with its lines or its address.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, SensorOptions>> Sensors { get; init; } =
        new Dictionary<string, IReadOnlyDictionary<string, SensorOptions>>();

    /// <summary>What the agent switches.</summary>
    public OutputsSection Outputs { get; init; } = new();

    /// <summary>Metrics and health for this machine; without it no port is open.</summary>
    public ObserveSection? Observe { get; init; }

    /// <summary>Where the log goes beside the console; taken at the start.</summary>
    public LogSection Log { get; init; } = new();

    [MinLength(1)]
    public required IReadOnlyList<CameraSection> Cameras { get; init; }
}

/// <summary>Where records go.</summary>
public sealed record BrokerSection
{
    public string Host { get; init; } = "127.0.0.1";

    [Range(1, 65535)]
    public int Port { get; init; } = 1883;

    public string? Username { get; init; }

    /// <summary><c>env:NAME</c> or <c>file:/path</c>.</summary>
    public Secret? Password { get; init; }

    /// <summary>After so long without the sink's word a record is sent again.</summary>
    [Range(1, 86400)]
    public int ResendSeconds { get; init; } = 300;

    /// <summary>The longest pause between two tries to connect; the first is a second, and each is twice the one before.</summary>
    [Range(1, 3600)]
    public int ReconnectSecondsMax { get; init; } = 60;

    /// <summary>Needed for a broker on another machine.</summary>
    public TlsSection? Tls { get; init; }

    /// <summary>Plain text to another machine all the same: for a laboratory, and said so at every start.</summary>
    public bool AllowPlainText { get; init; }

    /// <param name="device">Its name.</param>
    /// <param name="state">The state folder, where enrolment leaves its files.</param>
    /// <param name="folder">Of the configuration, from which paths are read.</param>
    public BrokerOptions ToOptions(string device, string state, string folder) => new()
    {
        Device = device,
        Host = Host,
        Port = Port,
        User = Username,
        Password = Password is { } secret ? secret.Reveal : null,
        Tls = Tls?.ToOptions(Path.GetFullPath(Path.Combine(folder, state)), folder),
        AllowPlainText = AllowPlainText,
    };
}

/// <summary>The device's key in a token or a TPM. It is made in there, never leaves it, and is changed only by enrolment anew.</summary>
public sealed record KeySection
{
    /// <summary>A PKCS #11 token, by OpenSSL's engine pkcs11: <c>pkcs11:token=edge;object=device;type=private</c>.</summary>
    public string? Pkcs11 { get; init; }

    /// <summary>A TPM 2.0, by OpenSSL's provider tpm2: <c>handle:0x81000001</c>.</summary>
    public string? Tpm2 { get; init; }

    /// <summary>Of the PKCS #11 token: <c>env:NAME</c> or <c>file:/path</c>.</summary>
    public Secret? Pin { get; init; }

    internal string? Problem() => Pkcs11 is null == Tpm2 is null ? "names no key, or two." : Pin is not null && Tpm2 is not null ? "has a pin, which only pkcs11 takes." : null;

    internal KeyToken ToToken() => new()
    {
        Module = Tpm2 is null ? "pkcs11" : "tpm2",
        IsProvider = Tpm2 is not null,
        Address = Tpm2 ?? Pkcs11!,
        Pin = Pin is { } secret ? secret.Reveal : null,
    };
}

/// <summary>How broker and device prove who they are, TLS 1.3 only. Once the device is enrolled, <c>{}</c> is enough.</summary>
public sealed record TlsSection
{
    /// <summary>PEM file of the authority that signed the broker's certificate; without it that of the enrolment, and without one the system's.</summary>
    public string? CaFile { get; init; }

    /// <summary>PEM file of the device's certificate; without it that of the enrolment.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>PEM file of that certificate's key; without it it is of the device's own key.</summary>
    public string? KeyFile { get; init; }

    internal BrokerTls ToOptions(string state, string folder)
    {
        string? Full(string? file) => file is null ? null : Path.GetFullPath(Path.Combine(folder, file));
        return new() { CaFile = Full(CaFile), CertificateFile = Full(CertificateFile), KeyFile = Full(KeyFile), Folder = state };
    }
}

/// <summary>One camera and the zones it watches.</summary>
public sealed record CameraSection
{
    /// <summary>A file read faster than life is dated so long back, so that none of its windows lies in the future.</summary>
    internal static readonly TimeSpan FileAge = TimeSpan.FromHours(1);

    [RegularExpression("[a-z0-9-]{3,32}")]
    public required string Name { get; init; }

    /// <summary>A video file, a folder of pictures, <c>rtsp://…</c>, <c>/dev/video0</c> or <c>usb:0</c>.</summary>
    [Required]
    public required string Source { get; init; }

    /// <summary>False keeps the camera in the file without watching; its zones report that nobody watches.</summary>
    public bool Enabled { get; init; } = true;

    public string? Username { get; init; }

    /// <summary><c>env:NAME</c> or <c>file:/path</c>.</summary>
    public Secret? Password { get; init; }

    /// <summary>Thins a live camera, 5 is enough for most; 0 takes what the source gives.</summary>
    [Range(0.0, 120.0)]
    public double FramesPerSecond { get; init; }

    /// <summary>Plays a file at its own speed instead of as fast as it can be read.</summary>
    public bool Paced { get; init; }

    /// <summary>Begins a file again at its end.</summary>
    public bool Loop { get; init; }

    /// <summary>When the first frame of a file was taken; without it, a file is dated so that it lies just behind the clock.</summary>
    public DateTimeOffset? StartsAt { get; init; }

    /// <summary>The model's name, see <c>edge models list</c>.</summary>
    public string Model { get; init; } = ModelStore.DefaultModel;

    /// <summary>How many frames are inferred side by side; each worker has a session of its own.</summary>
    [Range(1, 16)]
    public int Workers { get; init; } = 1;

    /// <summary>Version of how the camera stands; it changes whenever the camera or a zone was moved.</summary>
    [RegularExpression("[a-z0-9.-]{1,32}")]
    public string Calibration { get; init; } = "c-0";

    /// <summary>Width to height of the picture on which masks and zones were drawn; a picture of another form is refused.</summary>
    public required Aspect Aspect { get; init; }

    /// <summary>Another model or other rules that see the same frames and are only compared.</summary>
    public ShadowSection? Shadow { get; init; }

    /// <summary>Metres on the ground; rules that measure in metres need it.</summary>
    public GroundSection? Ground { get; init; }

    /// <summary>Polygons that are made black before anything sees the frame.</summary>
    public IReadOnlyList<IReadOnlyList<Point>> Masks { get; init; } = [];

    [MinLength(1)]
    public required IReadOnlyList<ZoneSection> Zones { get; init; }
}

/// <summary>One scored place.</summary>
public sealed record ZoneSection
{
    [RegularExpression("[a-z0-9-]{3,32}")]
    public required string Name { get; init; }

    /// <summary>At least three points in 0..1 of the picture.</summary>
    [MinLength(3)]
    public required IReadOnlyList<Point> Polygon { get; init; }

    /// <summary>What kind of public place it is; needed in standard and strict.</summary>
    public PlaceKind? Place { get; init; }

    /// <summary>Passages in a usual hour, as edge replay measured them; shows whether the window is long enough.</summary>
    [Range(0.0, 1e6)]
    public double? PassagesPerHour { get; init; }

    /// <summary>Length of the window: 3600 or 21600 in standard, 86400 in strict, any in demo.</summary>
    [Range(1, 86400)]
    public int WindowSeconds { get; init; } = 3600;

    /// <summary>Track ids per person, measured at set-up; sets how many passages a release needs.</summary>
    [Range(1.5, 20.0)]
    public double TracksPerPerson { get; init; } = 1.5;

    public IReadOnlyDictionary<string, AreaSection> Areas { get; init; } = new Dictionary<string, AreaSection>();

    public IReadOnlyDictionary<string, LineSection> Lines { get; init; } = new Dictionary<string, LineSection>();

    /// <summary>What is watched, each with its thresholds or <c>{}</c>.</summary>
    [MinLength(1)]
    public required IReadOnlyDictionary<string, RuleOptions> Behaviours { get; init; }

    /// <summary>The shapes as rules know them. Call only on a section without faults.</summary>
    public Zone ToZone(GroundPlane? ground = null, IReadOnlyDictionary<string, SensorKind>? sensors = null) => new(
        Name,
        new Polygon(Polygon),
        Areas.ToDictionary(area => area.Key, area => new Area(area.Key, new Polygon(area.Value.Polygon), area.Value.Direction)),
        Lines.ToDictionary(line => line.Key, line => new Line(line.Key, line.Value.From, line.Value.To)))
    {
        Ground = ground,
        Sensors = sensors ?? new Dictionary<string, SensorKind>(),
    };
}

/// <summary>A shape that rules refer to.</summary>
public sealed record AreaSection
{
    [MinLength(3)]
    public required IReadOnlyList<Point> Polygon { get; init; }

    /// <summary>The way one moves in it, such as <c>[1, 0]</c> for to the right; only lanes have one.</summary>
    public Point? Direction { get; init; }
}

/// <summary>A tripwire; its right is on the right hand of who walks from its start to its end.</summary>
public sealed record LineSection
{
    public required Point From { get; init; }

    public required Point To { get; init; }
}
