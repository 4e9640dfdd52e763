using System.Security.Cryptography;

namespace SocialCredit.Edge.Inference;

/// <summary>Gets weights from their address: into a file beside the target, which takes its name only when its sha256 is right.</summary>
internal static class ModelDownload
{
    private const int BufferBytes = 1 << 16;

    private static readonly TimeSpan StallMax = TimeSpan.FromSeconds(30);

    // The time limit of the client is for the whole answer; a stalled body is seen below.
    private static readonly HttpClient Client = new() { Timeout = Timeout.InfiniteTimeSpan };

    /// <exception cref="ModelException">The address cannot be reached, or what is there is another file.</exception>
    public static async Task FetchAsync(
        ModelManifest manifest, string url, string target, IProgress<PullProgress>? progress, CancellationToken cancellationToken)
    {
        var part = target + ".part";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            // Not shared: a second pull of the same model is told so by the system instead of writing into the first one's file.
            await using var file = new FileStream(
                part, FileMode.Create, FileAccess.ReadWrite, FileShare.None, BufferBytes, FileOptions.DeleteOnClose);
            await CopyAsync(url, file, progress, cancellationToken);
            await CheckAsync(manifest, file, cancellationToken);
            file.Flush(flushToDisk: true);
            // Under its new name it outlives the deletion on close.
            File.Move(part, target, overwrite: true);
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException or UnauthorizedAccessException or TimeoutException)
        {
            throw new ModelException(
                $"Could not pull {url}: {failed.Message} "
                + $"Without a network, get the file elsewhere (sha256 {manifest.Sha256}) and put it at {target}.",
                failed);
        }
    }

    private static async Task CopyAsync(
        string url, FileStream file, IProgress<PullProgress>? progress, CancellationToken cancellationToken)
    {
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stall.CancelAfter(StallMax);
        try
        {
            using var response = await Client.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, stall.Token);
            response.EnsureSuccessStatusCode();
            var total = response.Content.Headers.ContentLength;
            await using var body = await response.Content.ReadAsStreamAsync(stall.Token);
            var buffer = new byte[BufferBytes];
            int count;
            while ((count = await body.ReadAsync(buffer, stall.Token)) > 0)
            {
                await file.WriteAsync(buffer.AsMemory(0, count), stall.Token);
                stall.CancelAfter(StallMax);
                progress?.Report(new PullProgress(file.Length, total));
            }
        }
        catch (OperationCanceledException stalled) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"Nothing came for {StallMax.TotalSeconds:0} s.", stalled);
        }
    }

    private static async Task CheckAsync(ModelManifest manifest, FileStream file, CancellationToken cancellationToken)
    {
        file.Position = 0;
        var found = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
        if (found == manifest.Sha256)
            return;
        throw new ModelException(
            $"{manifest.Url}: expected sha256 {manifest.Sha256} by the {ModelManifest.FileName} of {manifest.Name}, "
            + $"found {found} ({file.Length} bytes). Nothing was kept; the file there is another one, or was cut short on the way.");
    }
}

/// <summary>How far a download is.</summary>
/// <param name="BytesDone">So many are here.</param>
/// <param name="BytesTotal">Of so many; null where the server does not say.</param>
public readonly record struct PullProgress(long BytesDone, long? BytesTotal);
