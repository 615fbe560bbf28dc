using System.Text;

namespace KThreadRuntime;

/// <summary>Writes reports to a file. What the file system refuses is counted, and never reaches the program under test.</summary>
/// <remarks>
/// <para>Text and JSON lines are appended, one write for each report, and handed to the operating system at once: a process that
/// ends by whatever means loses none. SARIF is one document, so it is written when the sink is disposed, beside its place
/// and then moved there: a reader sees the old one or the whole new one.</para>
/// <para>Safe to share between threads, validators, and, on systems that append atomically, processes. Dispose it after the run.</para>
/// </remarks>
public sealed class FileSink : ILockdepSink, IDisposable
{
    private Blocking.BriefLock _gate;
    private readonly LockdepFileFormat _format;
    private List<LockdepReport> _pending = [];
    private bool _isWriting;
    private bool _isDisposed;
    private long _written;
    private long _failed;
    private string? _firstError;

    /// <summary>Creates the sink; the file is made at the first report.</summary>
    /// <param name="path">Where to write. Its folder must exist.</param>
    /// <param name="format">What to write.</param>
    public FileSink(string path, LockdepFileFormat format = LockdepFileFormat.JsonLines)
    {
        // Another current folder later must not lead elsewhere.
        FilePath = Path.GetFullPath(path ?? throw new ArgumentNullException(nameof(path)));
        _format = format;
    }

    /// <summary>The file, as a full path.</summary>
    public string FilePath { get; }

    /// <summary>Reports that are in the file.</summary>
    public long Written => Volatile.Read(ref _written);

    /// <summary>Reports that could not be written.</summary>
    public long Failed => Volatile.Read(ref _failed);

    /// <summary>What the first failure said; null without one.</summary>
    public string? FirstError => Volatile.Read(ref _firstError);

    /// <inheritdoc/>
    /// <remarks>A report after <see cref="Dispose"/> counts as failed.</remarks>
    public void Report(LockdepReport report)
    {
        _gate.Enter();
        bool writes = false;
        if (_isDisposed)
        {
            _failed++;
            _firstError ??= "A report came after the sink was disposed.";
        }
        else
        {
            _pending.Add(report);
            writes = _format != LockdepFileFormat.Sarif && !_isWriting;
            _isWriting |= writes;
        }

        _gate.Exit();
        if (writes)
        {
            Drain();
        }
    }

    /// <summary>Ends the file: writes a SARIF log. Later reports are counted as failed. A second call does nothing.</summary>
    public void Dispose()
    {
        _gate.Enter();
        bool first = !_isDisposed;
        _isDisposed = true;
        _gate.Exit();
        if (first && _format == LockdepFileFormat.Sarif)
        {
            Write(_pending, WriteSarif);
        }

        // What another thread took over is in the file when this returns. No sleep: an interrupt could end it.
        while (Volatile.Read(ref _isWriting))
        {
            Thread.Yield();
        }
    }

    /// <summary>
    /// One thread writes what all of them bring, so that no thread waits for a file under the gate. Whoever finds a writer at work
    /// leaves its report to it.
    /// </summary>
    private void Drain()
    {
        while (true)
        {
            _gate.Enter();
            List<LockdepReport> batch = _pending;
            _pending = [];
            Volatile.Write(ref _isWriting, batch.Count > 0);
            _gate.Exit();
            if (batch.Count == 0)
            {
                return;
            }

            Write(batch, Append);
        }
    }

    private void Write(List<LockdepReport> reports, Action<List<LockdepReport>> write)
    {
        try
        {
            write(reports);
            Interlocked.Add(ref _written, reports.Count);
        }
#pragma warning disable CA1031 // A report that cannot be stored must not break the program that was examined; it is counted and told.
        catch (Exception refused)
#pragma warning restore CA1031
        {
            Interlocked.CompareExchange(ref _firstError, $"{FilePath}: {refused.Message}", null);
            Interlocked.Add(ref _failed, reports.Count);
        }
    }

    private void Append(List<LockdepReport> reports)
    {
        var text = new StringBuilder();
        foreach (LockdepReport report in reports)
        {
            text.Append(_format == LockdepFileFormat.JsonLines ? report.ToJson() : report.ToString()).Append('\n');
        }

        // No buffer in this process: the bytes of a batch go out in one call.
        byte[] bytes = Encoding.UTF8.GetBytes(text.ToString());
        using var file = new FileStream(FilePath, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
        file.Write(bytes, 0, bytes.Length);
        file.Flush();
    }

    private void WriteSarif(List<LockdepReport> reports)
    {
        string beside = $"{FilePath}.{Guid.NewGuid():N}.new";
        try
        {
            using (var writer = new StreamWriter(beside, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)))
            {
                LockdepSarif.Write(writer, reports);
            }

#if NET
            File.Move(beside, FilePath, overwrite: true);
#else
            if (File.Exists(FilePath))
            {
                File.Replace(beside, FilePath, null);
            }
            else
            {
                File.Move(beside, FilePath);
            }
#endif
        }
        finally
        {
            File.Delete(beside);
        }
    }
}
