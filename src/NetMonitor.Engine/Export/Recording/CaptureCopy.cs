using NetMonitor.Capture;
using NetMonitor.Flows;
using NetMonitor.Monitoring;

namespace NetMonitor.Export;

/// <summary>Copies a capture file, packet for packet, with what its connections turned out to be as comments.</summary>
public static class CaptureCopy
{
    /// <summary>Copies <paramref name="source"/> to a new capture file.</summary>
    /// <param name="source">A capture file.</param>
    /// <param name="destination">What to write.</param>
    /// <param name="connections">Its connections, as an import gave them: their packets get comments.</param>
    /// <param name="only">Copy the packets of these connections only.</param>
    /// <param name="annotate">Comment on packets, and name addresses.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>; the file is removed.</param>
    /// <returns>Packets written.</returns>
    /// <exception cref="CaptureException">The source cannot be read.</exception>
    /// <exception cref="ExportException">The destination cannot be written.</exception>
    public static long Copy(
        string source, RecordingOptions destination, IReadOnlyList<NetConnection> connections, bool only, bool annotate, CancellationToken cancellation = default)
    {
        using CaptureFile input = CaptureFile.Open(source);
        using CancellationTokenRegistration registration = cancellation.Register(input.Cancel);
        var comments = new CommentTimeline(connections);
        var output = new RecordedFile(destination.Path, destination);
        var batch = new FrameBatch();
        long written = 0;
        bool whole = false;
        try
        {
            if (destination.KeyLog is { } log)
            {
                output.WriteSecrets(File.ReadAllBytes(log));
            }

            while (input.Read(batch))
            {
                for (int i = 0; i < batch.Count; i++)
                {
                    ref FrameRecord record = ref batch.Frames[i];
                    bool known = comments.TryFind(batch[i], record, out byte[]? comment);
                    if (known || !only)
                    {
                        written += output.Write(0, input.Interfaces[record.InterfaceId], null, record, batch[i], annotate ? comment : null) ? 1 : 0;
                    }
                }

                output.Commit();
            }

            cancellation.ThrowIfCancellationRequested();
            output.WriteNames(annotate ? comments.Names : []);
            output.Commit();
            whole = true;
        }
        catch (IOException e)
        {
            throw ExportFile.Interrupted(destination.Path, e);
        }
        finally
        {
            output.Dispose();
            if (!whole)
            {
                File.Delete(destination.Path);
            }
        }

        return written;
    }
}
