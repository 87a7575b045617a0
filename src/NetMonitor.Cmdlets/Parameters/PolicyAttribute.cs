using System.Management.Automation;

namespace NetMonitor.Cmdlets;

/// <summary>Lets a built-in policy be given by its name.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class PolicyAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object value = inputData is PSObject { BaseObject: { } inner } ? inner : inputData;
        return value is not string name
            ? inputData
            : TimeoutPolicy.BuiltIn.FirstOrDefault(policy => policy.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                ?? throw new ArgumentTransformationMetadataException(
                    $"There is no policy '{name}'. There are: {string.Join(", ", TimeoutPolicy.BuiltIn)}; Get-NetMonitorPolicy writes them.");
    }
}
