namespace SocialCredit.Edge.Sink.Ingestion;

/// <summary>Keeps a mosquitto's files as the register of devices has them, and tells the broker. What fails is tried again until it is done.</summary>
internal sealed class MosquittoCare(MosquittoFiles files, string? pidFile, string sink, ILogger log)
{
    private bool _isUntold = true;
    private string? _problem;

    /// <summary>Brings files and broker up to date; cheap where nothing has changed.</summary>
    public void Look(BrokerRoll roll)
    {
        string? problem;
        try
        {
            if (files.Refresh(roll, sink))
            {
                _isUntold = true;
                IngestLog.WroteBrokerFiles(log, files.Folder, roll.KeyIds.Count, roll.RevokedCertificates.Count);
            }

            problem = _isUntold && pidFile is not null ? MosquittoReload.Send(pidFile) : null;
            _isUntold &= problem is not null;
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            problem = failed.Message;
        }

        if (problem is not null && problem != _problem)
            IngestLog.BrokerNotTold(log, problem);
        _problem = problem;
    }
}
