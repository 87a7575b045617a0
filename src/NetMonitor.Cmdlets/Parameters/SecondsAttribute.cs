using System.Globalization;
using System.Management.Automation;

namespace NetMonitor.Cmdlets;

/// <summary>
/// Makes a bare number for a <see cref="TimeSpan"/> mean seconds. PowerShell itself would take 5 for five ticks and '5' for five days;
/// nobody means either.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SecondsAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object value = inputData is PSObject { BaseObject: { } inner } ? inner : inputData;
        return value switch
        {
            int or long or double or decimal or float or short or byte => Seconds(Convert.ToDouble(value, CultureInfo.InvariantCulture)),
            string text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds) => Seconds(seconds),
            _ => inputData,
        };
    }

    private static TimeSpan Seconds(double seconds) =>
        Math.Abs(seconds) < TimeSpan.MaxValue.TotalSeconds
            ? TimeSpan.FromSeconds(seconds)
            : throw new ArgumentTransformationMetadataException($"{seconds} seconds are more than a TimeSpan holds.");
}
