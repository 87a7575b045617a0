using NetMonitor.Flows;
using NetMonitor.Packets;

namespace NetMonitor.Monitoring;

/// <content>What attribution tells a shard: owners and the kernel's numbers of its flows, and flows that only the kernel knows.</content>
internal sealed partial class Shard
{
    /// <summary>Takes in what was found out.</summary>
    /// <param name="findings">About this shard's flows.</param>
    /// <param name="taken">When the kernel was asked, nanoseconds since 1970. A flow that began later is another one of the same tuple.</param>
    /// <param name="listing">The findings are of the kernel's list: the flows are alive.</param>
    /// <param name="addMissing">Flows that are not in the table are added: a new monitor begins with what there is.</param>
    /// <param name="pass">The number of the pass.</param>
    public void Attribute(IReadOnlyList<OwnerFinding> findings, long taken, bool listing, bool addMissing, int pass)
    {
        for (int i = 0; i < findings.Count; i++)
        {
            OwnerFinding finding = findings[i];
            ulong hash = _table.HashOf(finding.Key);
            int number = _table.Find(finding.Key, hash);
            if (number == FlowTable.None && addMissing)
            {
                number = AddFromKernel(finding, hash, taken);
            }

            if (number != FlowTable.None && _table[number].LocalSide == finding.LocalSide && (!listing || _table.Origin(number).First <= taken))
            {
                var owner = (FlowOwner)(_table.Owner(number) ??= new FlowOwner());
                owner.Owner = Better(owner.Owner, finding.Owner);
                if (listing)
                {
                    owner.State = finding.State;
                    owner.Kernel = finding.Kernel ?? owner.Kernel;
                    owner.Pass = pass;
                    owner.Listed = finding.State is null or ConnectionState.TIME_WAIT ? 0 : taken;
                }
            }
        }
    }

    /// <summary>Counts from the kernel's numbers where no packets are seen, and closes what the kernel lists no more.</summary>
    /// <param name="findings">The kernel's list.</param>
    /// <param name="now">When it was taken, nanoseconds since 1970.</param>
    /// <param name="pass">The number of the pass.</param>
    public void FollowKernel(IReadOnlyList<OwnerFinding> findings, long now, int pass)
    {
        foreach (OwnerFinding finding in findings)
        {
            int number = _table.Find(finding.Key, _table.HashOf(finding.Key));
            if (number != FlowTable.None && _table[number].LocalSide == finding.LocalSide && finding.Kernel is { } kernel)
            {
                ref FlowEntry entry = ref _table[number];
                bool isFirst = (_table.Owner(number) as FlowOwner)?.Kernel is null;
                long news = CountKernel(ref entry, entry.LocalSide, kernel.BytesSent ?? 0, isFirst, now)
                    + CountKernel(ref entry, 1 - entry.LocalSide, kernel.BytesReceived ?? 0, isFirst, now);
                entry.Last = news > 0 ? now : entry.Last;
            }
        }

        Attribute(findings, now, listing: true, addMissing: true, pass);
        Now = Math.Max(Now, now);
        for (int number = 0; number < _table.Bound; number++)
        {
            if (_table.IsUsed(number) && _table.Owner(number) is FlowOwner owner && owner.Pass != pass)
            {
                owner.State = _table[number].Key.Protocol == TransportProtocol.TCP ? ConnectionState.CLOSED : owner.State;
                Close(number);
            }
        }
    }

    private static long CountKernel(ref FlowEntry entry, int side, long bytes, bool isFirst, long now)
    {
        long more = bytes - entry.Bytes[side];
        if (more <= 0)
        {
            return 0;
        }

        entry.Bytes.At(side) = bytes;
        entry.Payload.At(side) = bytes;
        if (!isFirst)
        {
            entry.Rates.Add(side, (int)Math.Min(more, int.MaxValue), now); // What flowed before the first look has no time.
        }

        return more;
    }

    /// <summary>An owner seen with this very connection is not given up for one that only fits.</summary>
    private static ConnectionOwner? Better(ConnectionOwner? known, ConnectionOwner? found) =>
        found is null || (known is { Quality: AttributionQuality.Exact } && found.Quality != AttributionQuality.Exact) ? known : found;

    private int AddFromKernel(in OwnerFinding finding, ulong hash, long now)
    {
        int number = _table.Add(finding.Key, hash);
        if (number == FlowTable.None)
        {
            Volatile.Write(ref _tableFull, _tableFull + 1);
            return number;
        }

        FlowKey key = finding.Key;
        ref FlowEntry entry = ref _table[number];
        entry.Last = now;
        int originator = finding.RemoteOpened ? 1 - finding.LocalSide : finding.LocalSide;
        entry.Flags = FlowFlags.HasPorts
            | (finding.LocalSide == 1 ? FlowFlags.LocalIsB : 0)
            | (originator == 1 ? FlowFlags.OriginatorIsB : 0) // an order for the columns: the opening itself was not seen
            | (key.A.IsLoopback && key.B.IsLoopback ? FlowFlags.Loopback : 0)
            | (_settings.Inspect ? FlowFlags.None : FlowFlags.InspectionDone);
        _table.Origin(number) = new FlowOrigin
        {
            First = finding.Created != 0 ? finding.Created : now,
            InterfaceId = _settings.InterfaceOf?.Invoke(finding.LocalSide == 0 ? key.A : key.B) ?? 0,
            VlanId = Packet.NoVlan,
        };
        var owner = new FlowOwner { Owner = finding.Owner, Kernel = finding.Kernel, State = finding.State };
        _table.Owner(number) = owner;
        if (_settings.CountKernelBytes && finding.Kernel is { } kernel)
        {
            CountKernel(ref entry, finding.LocalSide, kernel.BytesSent ?? 0, isFirst: true, now);
            CountKernel(ref entry, 1 - finding.LocalSide, kernel.BytesReceived ?? 0, isFirst: true, now);
        }

        Volatile.Write(ref _opened, _opened + 1);
        Listener?.Invoke(new ConnectionEvent(ConnectionChange.Opened, _rows.Build(number, now, isHistoric: false)));
        return number;
    }
}
