using NetMonitor.Capture;
using NetMonitor.View;

namespace NetMonitor.Cmdlets;

/// <summary>The machine's interfaces and their counters for the view, read at most once a second: asking the system for them costs more than a look at the connections.</summary>
internal sealed class InterfaceReadings
{
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(1);

    private IReadOnlyList<InterfaceReading> _last = [];
    private long _readAt;

    public IReadOnlyList<InterfaceReading> Read()
    {
        if (_last.Count == 0 || TimeProvider.System.GetElapsedTime(_readAt) >= Age)
        {
            _readAt = TimeProvider.System.GetTimestamp();
            _last = [.. CaptureDevices.List().Where(device => device.BytesReceived is not null).Select(Reading)];
        }

        return _last;
    }

    private static InterfaceReading Reading(NetInterface device) => new(device.Name, device.LinkType, device.IsUp, string.Join(", ", device.Addresses))
    {
        IsDefault = device.IsDefault,
        Speed = device.Speed,
        BytesReceived = device.BytesReceived,
        BytesSent = device.BytesSent,
        PacketsReceived = device.PacketsReceived,
        PacketsSent = device.PacketsSent,
        Errors = Sum(device.ReceiveErrors, device.SendErrors),
        Dropped = Sum(device.ReceiveDropped, device.SendDropped),
    };

    private static long? Sum(long? a, long? b) => a is null && b is null ? null : (a ?? 0) + (b ?? 0);
}
