namespace SocialCredit.Edge.Sink.Ingestion;

/// <summary>Keeps a mosquitto's files as the register of devices has them, and tells the broker. What fails is tried again until it is done.</summary>
internal sealed class MosquittoCare(MosquittoFiles files, string? pidFile, string sink, ILogger log)
{
    // Where no device has changed: somebody may have put an old file back, and certificates come to their end.
    private const int IdleMax = 60;

    private bool _isUntold = true;
    private BrokerRoll? _seen;
    private int _idle;
    private string? _problem;

    /// <summary>Brings files and broker up to date. Called each second: with the same roll again it looks at the files each sixtieth time only.</summary>
    public void Look(BrokerRoll roll)
    {
        if (ReferenceEquals(roll, _seen) && _problem is null && ++_idle < IdleMax)
            return;
        (_seen, _idle) = (roll, 0);
        string? problem = null;
        var before = files.Written;
        try
        {
            if (files.Refresh(roll, sink))
                IngestLog.WroteBrokerFiles(log, files.Folder, roll.KeyIds.Count, roll.RevokedCertificates.Count);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            problem = failed.Message;
        }

        // Whatever failed: a revocation that was written before it must not wait.
        _isUntold |= files.Written != before;
        var untold = _isUntold && pidFile is not null ? MosquittoReload.Send(pidFile) : null;
        _isUntold &= untold is not null;
        problem ??= untold;
        if (problem is not null && problem != _problem)
        {
            if (problem == untold)
                IngestLog.BrokerNotTold(log, problem);
            else
                IngestLog.BrokerFilesNotWritten(log, problem);
        }

        _problem = problem;
    }
}
