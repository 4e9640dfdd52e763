namespace SocialCredit.Edge.Capture.Sources;

/// <summary>A camera of this machine by Video4Linux.</summary>
internal sealed class UsbSource(string device, CameraOptions options, TimeProvider time) : LiveSource(options, time)
{
    public override SourceResult Open()
    {
        if (!File.Exists(device))
            return SourceResult.Failed($"{device} does not exist: plug the camera in, or see `ls /dev/video*` for its number");
        try
        {
            using var _ = File.OpenHandle(device, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        }
        catch (UnauthorizedAccessException)
        {
            return SourceResult.Failed($"{device} may not be opened: add the user to the group 'video'");
        }
        catch (IOException refused)
        {
            return SourceResult.Failed($"{device} cannot be opened: {refused.Message}");
        }

        return base.Open();
    }

    protected override DecoderOrder WriteOrder() => new(["-f", "v4l2", "-i", device], "", Options.Redact);
}
