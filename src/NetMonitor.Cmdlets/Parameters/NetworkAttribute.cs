using System.Management.Automation;
using System.Net;

namespace NetMonitor.Cmdlets;

/// <summary>Lets a parameter of networks take '192.0.2.7/24' for 192.0.2.0/24, and a lone address for the network of that address.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NetworkAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) => inputData switch
    {
        PSObject { BaseObject: { } inner } when inner is string or object?[] => Transform(engineIntrinsics, inner),
        string text when AddressPattern.TryParseNetwork(text, out IPNetwork network) => network,
        string text => throw new ArgumentTransformationMetadataException($"'{text}' is not a network. Examples: 10.0.0.0/8, 2001:db8::/32."),
        object?[] many => many.Select(item => item is null ? null : Transform(engineIntrinsics, item)).ToArray(),
        _ => inputData,
    };
}
