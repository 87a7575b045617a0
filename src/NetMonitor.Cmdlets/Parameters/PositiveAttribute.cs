using System.Management.Automation;

namespace NetMonitor.Cmdlets;

/// <summary>A <see cref="TimeSpan"/> that must be more than zero, or at least zero.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class PositiveAttribute : ValidateEnumeratedArgumentsAttribute
{
    /// <summary>Zero will do.</summary>
    public bool OrZero { get; set; }

    /// <inheritdoc/>
    protected override void ValidateElement(object element)
    {
        if (element is TimeSpan span && (span < TimeSpan.Zero || (span == TimeSpan.Zero && !OrZero)))
        {
            throw new ValidationMetadataException(OrZero ? "The time must not be negative." : "The time must be more than zero.");
        }
    }
}
