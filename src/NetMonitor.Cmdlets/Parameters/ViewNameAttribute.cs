using System.Management.Automation;
using NetMonitor.View;

namespace NetMonitor.Cmdlets;

/// <summary>Takes only the names that the live view knows, and says which there are.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ViewNameAttribute(ViewNameKind kind) : ValidateArgumentsAttribute
{
    /// <summary>What it names.</summary>
    public ViewNameKind Kind { get; } = kind;

    /// <inheritdoc/>
    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics)
    {
        string[] names = [.. ViewNames.Of(Kind).Select(name => name.Value)];
        if (arguments is string text && !names.Contains(text, StringComparer.OrdinalIgnoreCase))
        {
            throw new ValidationMetadataException($"There is no {Kind.ToString().ToLowerInvariant()} '{text}'; there are {string.Join(", ", names)}.");
        }
    }
}
