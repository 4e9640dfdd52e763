using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Enrolment;

/// <summary>Sees within a second what an operator says of a device at the command line, while the sink runs.</summary>
internal sealed class DeviceWatch(DeviceBook devices, LiveConfiguration live, TimeProvider time, ILogger<DeviceWatch> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private bool _isFailing;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        var options = live.Current.Options;
        if (options.Devices.Trust is null && options.Trust == DeviceTrust.FirstUse)
            EnrolmentLog.TrustsFirstUse(log, options.Profile == Contract.PrivacyProfile.Demo ? "this is a demonstration" : "the broker is embedded, on loopback alone");
        devices.DeviceChanged += Say;
        Look();
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            Look();
    }

    private void Look()
    {
        try
        {
            devices.Refresh();
            _isFailing = false;
        }
        catch (Exception failure) when (failure is System.Data.Common.DbException or IOException)
        {
            if (!_isFailing)
                EnrolmentLog.NotRead(log, failure.Message);
            _isFailing = true;
        }
    }

    private void Say(EnrolledDevice device) =>
        EnrolmentLog.Changed(log, device.Device, device.State, string.Join(", ", device.Zones), device.KeyId ?? "none yet");
}
