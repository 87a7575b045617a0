using System.Management.Automation;

namespace NetMonitor.Cmdlets;

/// <summary>Where work that takes long puts what it finds: the pipeline of its command, or a job.</summary>
internal interface IWorkOutput
{
    /// <summary>Canceled by Ctrl+C or when the job is stopped.</summary>
    CancellationToken Cancellation { get; }

    void Write(object item);

    void Warn(string text);

    void Fail(ErrorRecord error);

    void Report(ProgressRecord progress);
}
