using System.Collections;
using System.Management.Automation;
using NetMonitor.Capture;

namespace NetMonitor.Cmdlets;

/// <summary>Lets a parameter that takes interface names take what Get-NetMonitorInterface writes as well.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class InterfaceNameAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) => inputData switch
    {
        PSObject { BaseObject: { } inner } when inner is NetInterface or object?[] => Transform(engineIntrinsics, inner),
        NetInterface device => device.Name,
        object?[] many => many.Select(item => item is null ? null : Transform(engineIntrinsics, item)).ToArray(),
        ICollection collection => Transform(engineIntrinsics, collection.Cast<object?>().ToArray()),
        _ => inputData,
    };
}
