using SocialCredit.Edge.Contract;
using SocialCredit.Edge.Sink.Storage;

namespace SocialCredit.Edge.Sink.Ingestion;

internal static partial class IngestLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "Refused a message of {Length} bytes on {Topic}: {Reason}")]
    public static partial void RefusedMessage(ILogger logger, int length, string topic, RefusalReason reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Refused record {Sequence} of {Device} for {Id}: {Reason}")]
    public static partial void RefusedRecord(ILogger logger, uint sequence, string device, string id, RefusalReason reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Two different records came for {Id} of {Device}; both were set aside and neither counts")]
    public static partial void Conflict(ILogger logger, string id, string device);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Site} {Zone} {Start:yyyy-MM-dd HH:mm:ss} UTC {Status}: {Passages} passages, {Counts}")]
    public static partial void Stored(ILogger logger, string site, string zone, DateTimeOffset start, RecordStatus status, long passages, string counts);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Committed {Count} records of {Devices} devices; {Stored} were new")]
    public static partial void Committed(ILogger logger, int count, int devices, int stored);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Sequences {First} to {Last} of {Device} never came and are given up: its outbox dropped them, or was replaced")]
    public static partial void GapClosed(ILogger logger, string device, uint first, uint last);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Old gaps could not be closed and are tried again in {Hours:F0} h: {Problem}")]
    public static partial void GapsNotClosed(ILogger logger, double hours, string problem);

    [LoggerMessage(Level = LogLevel.Error, Message = "The store did not take {Count} records; nothing is acknowledged and they are tried again in {Seconds:F1} s")]
    public static partial void CommitFailed(ILogger logger, Exception failure, int count, double seconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "Connected to the broker at {Host}:{Port}; reading {Filter}")]
    public static partial void Connected(ILogger logger, string host, int port, string filter);

    [LoggerMessage(Level = LogLevel.Warning, Message = "No connection to the broker at {Host}:{Port}: {Problem} Tried again in {Seconds:F1} s")]
    public static partial void NotConnected(ILogger logger, string host, int port, string problem, double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The broker refused {Topic}; tried again in {Seconds:F0} s. Give the sink the right to write it")]
    public static partial void NotPublished(ILogger logger, string topic, double seconds);

    [LoggerMessage(Level = LogLevel.Error, Message = "The store did not give what is to be published; tried again in {Seconds:F0} s: {Problem}")]
    public static partial void NothingToPublish(ILogger logger, string problem, double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Refused client {Client} at the embedded broker: {Problem}")]
    public static partial void ClientRefused(ILogger logger, string client, string problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Client {Client} may not {Act} {Topic}")]
    public static partial void NotPermitted(ILogger logger, string client, string act, string topic);

    [LoggerMessage(Level = LogLevel.Information, Message = "Took the manifest of {Device}: {Zones} zones, profile {Profile}, key {KeyId}")]
    public static partial void TookManifest(ILogger logger, string device, int zones, PrivacyProfile profile, string keyId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Refused a manifest of {Device}: {Problem}")]
    public static partial void RefusedManifest(ILogger logger, string device, string problem);

    [LoggerMessage(Level = LogLevel.Error, Message = "Refused a manifest of {Device}: it is signed by another key ({KeyId}) than the one that this device "
        + "is known by. If the device was given a new key, say so: sink manifest forget {Device}; one that is enrolled must be invited anew")]
    public static partial void OtherKey(ILogger logger, string device, string keyId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Record {Sequence} of {Device} for {Id} is not counted and waits in the device's outbox: {Problem}. "
        + "Said once; the count goes on in the metrics")]
    public static partial void Uncovered(ILogger logger, uint sequence, string device, string id, string problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{What} under the name {Device} is refused: {Problem}. Said once; the count goes on in the metrics")]
    public static partial void NotByDevice(ILogger logger, string what, string device, string problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A stored manifest of {Device} can no longer be read and covers nothing: {Problem}")]
    public static partial void ManifestNotReadable(ILogger logger, string device, string problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Refused a connection from {Remote} at the embedded broker: {Problem} ({More} more since the last time this was said)")]
    public static partial void ConnectionRefused(ILogger logger, string remote, string problem, int more);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Sent {Device} away from the embedded broker: it is not, or no longer, approved with its key")]
    public static partial void SentAway(ILogger logger, string device);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The broker at {Host} is spoken to in plain text: whoever is on the way reads and changes everything. For a laboratory only (broker.allowPlainText)")]
    public static partial void PlainText(ILogger logger, string host);

    [LoggerMessage(Level = LogLevel.Information, Message = "Wrote mosquitto's files in {Folder}: {Devices} devices, {Revoked} revoked certificates")]
    public static partial void WroteBrokerFiles(ILogger logger, string folder, int devices, int revoked);

    [LoggerMessage(Level = LogLevel.Error, Message = "mosquitto's files could not be brought up to date: {Problem} Tried again each second, said once")]
    public static partial void BrokerFilesNotWritten(ILogger logger, string problem);

    [LoggerMessage(Level = LogLevel.Error, Message = "mosquitto does not know yet who may use it now: {Problem} Tried again each second, said once")]
    public static partial void BrokerNotTold(ILogger logger, string problem);

    [LoggerMessage(Level = LogLevel.Error, Message = "The register of devices could not be read; who may use the broker stays as it was, said once: {Problem}")]
    public static partial void RollNotRead(ILogger logger, string problem);

    [LoggerMessage(Level = LogLevel.Information, Message = "Sent {Command} {Id} to {Device}")]
    public static partial void Commanded(ILogger logger, CommandWord command, long id, string device);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Command} {Id} for {Device} was not sent in its time and is given up; give it again")]
    public static partial void CommandTooLate(ILogger logger, CommandWord command, long id, string device);

    [LoggerMessage(Level = LogLevel.Error, Message = "Commands could not be sent and are tried again, said once: {Problem}")]
    public static partial void CommandsNotSent(ILogger logger, string problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The broker refused {Command} {Id} for {Device}; it is tried again until it is too late, said once. Give the sink the right to write {Topic}")]
    public static partial void CommandRefused(ILogger logger, CommandWord command, long id, string device, string topic);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Device} answers to {Id}: {Outcome}, {Reason}")]
    public static partial void Answered(ILogger logger, string device, long id, CommandOutcome outcome, CommandReason reason);
}
