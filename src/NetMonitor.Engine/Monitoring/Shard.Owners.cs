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
    /// <param name="addMissing">
    /// Flows that are not in the table are added: a new monitor begins with what there is. One that captures leaves out what only waits (TIME_WAIT).
    /// </param>
    /// <param name="pass">The number of the pass.</param>
    public void Attribute(IReadOnlyList<OwnerFinding> findings, long taken, bool listing, bool addMissing, int pass)
    {
        for (int i = 0; i < findings.Count; i++)
        {
            OwnerFinding finding = findings[i];
            ulong hash = _table.HashOf(finding.Key);
            int number = _table.Find(finding.Key, hash);
            if (number == FlowTable.None && addMissing && (_settings.CountKernelBytes || finding.State != ConnectionState.TIME_WAIT))
            {
                number = AddFromKernel(finding, hash, taken);
            }

            if (number != FlowTable.None && _table[number].LocalSide == finding.LocalSide && (!listing || _table.Origin(number).First <= taken))
            {
                if (_table.Owner(number) is not FlowOwner owner)
                {
                    _table.SetOwner(number, owner = new FlowOwner());
                }

                bool isNew = owner.Owner is null && finding.Owner is not null;
                owner.Owner = Better(owner.Owner, finding.Owner);
                if (listing)
                {
                    LearnOpener(number, finding);
                    owner.State = finding.State;
                    owner.Kernel = finding.Kernel ?? owner.Kernel;
                    owner.Pass = pass;
                    owner.Listed = finding.State is null or ConnectionState.TIME_WAIT ? 0 : taken;
                    if (_table.Side(number).Rank == FlowRank.HalfOpen)
                    {
                        SetTimer(number); // What the kernel lists as open is not pushed out by what is half-open.
                    }
                }

                if (isNew)
                {
                    Listener?.Invoke(new ConnectionEvent(ConnectionChange.Identified, _rows.Build(number, Math.Max(Now, _table[number].Last), isHistoric: false)));
                }
            }
        }
    }

    /// <summary>Of a TCP connection whose opening was missed: who listens was called, and who has a port that was given out by chance has called a service.</summary>
    private void LearnOpener(int number, in OwnerFinding finding)
    {
        ref FlowEntry entry = ref _table[number];
        (ushort local, ushort remote) = finding.LocalSide == 0 ? (finding.Key.PortA, finding.Key.PortB) : (finding.Key.PortB, finding.Key.PortA);
        bool localOpened = local >= Opening.FirstEphemeralPort && remote < Opening.FirstEphemeralPort;
        if (finding.Key.Protocol == TransportProtocol.TCP && !entry.Is(FlowFlags.OpeningSeen) && finding.RemoteOpened != localOpened)
        {
            LearnOpener(number, ref entry, isTurned: entry.Originator == finding.LocalSide == finding.RemoteOpened);
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
                CountKernel(number, kernel, isFirst: (_table.Owner(number) as FlowOwner)?.Kernel is null, now);
            }
        }

        Attribute(findings, now, listing: true, addMissing: true, pass);
        Now = Math.Max(Now, now);
        for (int number = 0; number < _table.Bound; number++)
        {
            if (_table.IsUsed(number) && _table.Owner(number) is FlowOwner owner && owner.Pass != pass)
            {
                owner.State = _table[number].Key.Protocol == TransportProtocol.TCP ? ConnectionState.CLOSED : owner.State;
                Close(number, CloseReason.Finished);
            }
        }
    }

    /// <summary>Takes over what the kernel counted since the last look. What flowed before the first one has no time, so no rate.</summary>
    private void CountKernel(int number, KernelNumbers kernel, bool isFirst, long now)
    {
        ref FlowEntry entry = ref _table[number];
        int local = entry.LocalSide;
        long sent = Math.Max(0, (kernel.BytesSent ?? 0) - entry.Bytes[local]);
        long received = Math.Max(0, (kernel.BytesReceived ?? 0) - entry.Bytes[1 - local]);
        if (sent + received == 0)
        {
            return;
        }

        if (!isFirst)
        {
            AdvanceRates(number, ref entry, now);
            entry.Rates.Add(local, (int)Math.Min(sent, int.MaxValue));
            entry.Rates.Add(1 - local, (int)Math.Min(received, int.MaxValue));
        }

        entry.Bytes.At(local) += sent;
        entry.Payload.At(local) = entry.Bytes[local];
        entry.Bytes.At(1 - local) += received;
        entry.Payload.At(1 - local) = entry.Bytes[1 - local];
        entry.Last = now;
    }

    /// <summary>An owner seen with this very connection is not given up for one that only fits.</summary>
    private static ConnectionOwner? Better(ConnectionOwner? known, ConnectionOwner? found) =>
        found is null || (known is { Quality: AttributionQuality.Exact } && found.Quality != AttributionQuality.Exact) ? known : found;

    private int AddFromKernel(in OwnerFinding finding, ulong hash, long now)
    {
        if (!MakeRoom())
        {
            return FlowTable.None;
        }

        int number = _table.Add(finding.Key, hash);

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
        _table.SetOwner(number, owner);
        if (_settings.CountKernelBytes && finding.Kernel is { } kernel)
        {
            CountKernel(number, kernel, isFirst: true, now);
        }

        _names.Begin(number);
        Opens(number);
        Listener?.Invoke(new ConnectionEvent(ConnectionChange.Opened, _rows.Build(number, now, isHistoric: false)));
        return number;
    }
}
