using System.Runtime.CompilerServices;
using NetMonitor.Flows;
using NetMonitor.Inspection;
using NetMonitor.Packets;

namespace NetMonitor.Monitoring;

/// <content>What becomes of payload: an inspection that goes on until its flow is classified, or none where it is nobody's.</content>
internal sealed partial class Shard
{
    private readonly Spares<FlowInspection> _spareInspections = new(); // finished; what they found is kept without them

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Inspect(int number, ref FlowEntry entry, in Packet packet, int sender, ReadOnlySpan<byte> payload)
    {
        if (packet.Is(PacketTraits.CarriesInner))
        {
            return; // What it carries is looked at by itself.
        }

        Side side = sender == entry.Originator != entry.Is(FlowFlags.Turned) ? Side.Originator : Side.Responder;
        if (!entry.Is(FlowFlags.Inspected))
        {
            if (MayBegin(number, ref entry, packet, side, payload) is not { } begun)
            {
                return;
            }

            _table.Object(number) = begun;
            entry.Flags |= FlowFlags.Inspected;
        }

        FlowInspection inspection = (FlowInspection)_table.Object(number)!;
        int version = inspection.Version;
        bool isTcp = packet.Protocol == TransportProtocol.TCP;
        if (isTcp)
        {
            inspection.Segment(side, packet.Sequence, packet.Flags, payload, packet.WirePayloadLength, packet.Timestamp);
            if ((packet.Flags & TcpFlags.Rst) != 0 && _table.Tcp(number).Reset)
            {
                inspection.Close();
            }
        }
        else
        {
            inspection.Datagram(side, payload, packet.Timestamp);
        }

        if (inspection.Version != version)
        {
            Learn(number, ref entry, packet, sender, side, inspection);
        }

        if (inspection.IsFinished)
        {
            Settle(number, ref entry, inspection);
        }
    }

    /// <summary>The capture is at its end: what halves of messages tell is taken in.</summary>
    public void EndInspections()
    {
        for (int number = 0; number < _table.Bound; number++)
        {
            ref FlowEntry entry = ref _table[number];
            if (entry.Is(FlowFlags.Inspected) && !entry.Is(FlowFlags.InspectionDone) && _table.Object(number) is FlowInspection inspection)
            {
                inspection.Close();
                Settle(number, ref entry, inspection);
            }
        }
    }

    /// <summary>An inspection has finished: what it found is kept, mostly without it.</summary>
    private void Settle(int number, ref FlowEntry entry, FlowInspection inspection)
    {
        entry.Flags |= FlowFlags.InspectionDone;
        IFindings? kept = inspection.Keep();
        if (kept != inspection)
        {
            _table.Object(number) = kept;
            _spareInspections.Keep(inspection);
        }
    }

    /// <summary>An inspection has learned something: what others than its own row want to know of that.</summary>
    private void Learn(int number, ref FlowEntry entry, in Packet packet, int sender, Side side, FlowInspection inspection)
    {
        if (inspection.Resolutions is { Waiting.IsEmpty: false } resolutions)
        {
            _names.Learn(entry, sender, resolutions, packet.Timestamp);
        }

        if (inspection.ExpectedPorts is { Count: > 0 } ports)
        {
            _names.Expect(entry, sender, ports, packet.Timestamp);
        }

        if (packet.Protocol == TransportProtocol.TCP && !entry.Is(FlowFlags.OpeningSeen) && inspection.Opener is { } opener)
        {
            LearnOpener(number, ref entry, isTurned: opener != Side.Originator);
        }

        SetTimer(number);
        if (packet.Protocol == TransportProtocol.UDP && inspection.QuicIds is var ids && ids != default)
        {
            _paths.Learn(number, ids);
        }

        if (Listener is { } listener && inspection.Application is not null)
        {
            listener(new ConnectionEvent(ConnectionChange.Identified, _rows.Build(number, Now, isHistoric: false)));
        }
    }

    /// <summary>The opening was missed, but something else tells who opened.</summary>
    /// <param name="number">The flow.</param>
    /// <param name="entry">Its entry.</param>
    /// <param name="isTurned">Not the side that was taken to have.</param>
    private void LearnOpener(int number, ref FlowEntry entry, bool isTurned)
    {
        entry.Flags |= FlowFlags.OpeningSeen;
        if (!isTurned)
        {
            return;
        }

        entry.Flags ^= FlowFlags.OriginatorIsB;
        const FlowFlags Unknown = FlowFlags.OriginatorUnknown | FlowFlags.ResponderUnknown;
        if (entry.Is(FlowFlags.Inspected))
        {
            entry.Flags ^= FlowFlags.Turned;
        }
        else if ((entry.Flags & Unknown) is FlowFlags.OriginatorUnknown or FlowFlags.ResponderUnknown)
        {
            entry.Flags ^= Unknown;
        }

        if (_settings.KeepsAll && Opening.LocalSide(entry.Key, _settings.LocalAddresses) is null)
        {
            // In a file the local end is the one that opened. Live its owner may have been looked up: it stays.
            entry.Flags ^= FlowFlags.LocalIsB;
            _table.Tcp(number).ForgetRoundTrips();
        }
    }

    /// <summary>
    /// Begins the inspection of a flow, unless its payload is nobody's. That costs no object: a bit for each direction of a stream remembers it, and
    /// datagrams are counted anyway. When both directions, or enough datagrams, are nobody's, nothing more is looked at.
    /// </summary>
    private FlowInspection? MayBegin(int number, ref FlowEntry entry, in Packet packet, Side side, ReadOnlySpan<byte> payload)
    {
        FlowContext context = ContextOf(entry);
        FlowFlags unknown = UnknownFlag(side);
        bool isTcp = packet.Protocol == TransportProtocol.TCP;
        bool sawStart = true;
        if (packet.Protocol == TransportProtocol.SCTP)
        {
            return BeginInspection(number, entry, context);
        }

        if (isTcp)
        {
            if (entry.Is(unknown))
            {
                return null;
            }

            // Only where the segment is all there is of its direction: else it takes reassembly.
            int sender = side == Side.Originator ? entry.Originator : 1 - entry.Originator;
            sawStart = _table.Tcp(number).TryGetInitialSequence(sender, out uint initial);
            if (payload.Length <= 1 || payload.Length != packet.WirePayloadLength || (sawStart && packet.Sequence != initial + 1)
                || (packet.Flags & (TcpFlags.Syn | TcpFlags.Fin | TcpFlags.Rst)) != 0)
            {
                return BeginInspection(number, entry, context);
            }
        }

        Candidates rows = FlowInspection.RowsFor(context, side, payload);
        if (rows.IsEmpty && ProtocolIndex.ByPort(context, sawStart) is null)
        {
            entry.Flags |= isTcp ? unknown : FlowFlags.None;
            bool isEnough = isTcp ? entry.Is(FlowFlags.OriginatorUnknown | FlowFlags.ResponderUnknown)
                : entry.Packets.A + entry.Packets.B >= InspectionLimits.UndecidedDatagrams;
            entry.Flags |= isEnough ? FlowFlags.InspectionDone : FlowFlags.None;
            return null;
        }

        FlowInspection inspection = BeginInspection(number, entry, context);
        inspection.Narrow(side, rows);
        return inspection;
    }

    private static FlowFlags UnknownFlag(Side side) => side == Side.Originator ? FlowFlags.OriginatorUnknown : FlowFlags.ResponderUnknown;

    private FlowContext ContextOf(in FlowEntry entry) => entry.Originator == 0
        ? new FlowContext(entry.Key.Protocol, entry.Key.PortA, entry.Key.PortB) { Secrets = _settings.Secrets }
        : new FlowContext(entry.Key.Protocol, entry.Key.PortB, entry.Key.PortA) { Secrets = _settings.Secrets };

    /// <summary>Begins at the first payload, not at the SYN: a flood of SYNs costs no inspection. The sequence numbers of the SYNs are handed on.</summary>
    private FlowInspection BeginInspection(int number, in FlowEntry entry, in FlowContext context)
    {
        FlowInspection? inspection = _spareInspections.Take();
        if (inspection is not null)
        {
            inspection.Restart(context);
        }
        else
        {
            inspection = new FlowInspection(context);
        }

        if (entry.Key.Protocol == TransportProtocol.TCP)
        {
            ref TcpTrack track = ref _table.Tcp(number);
            for (int side = 0; side < 2; side++)
            {
                Side from = side == entry.Originator ? Side.Originator : Side.Responder;
                bool isUnknown = entry.Is(UnknownFlag(from));
                if (track.TryGetInitialSequence(side, out uint initial))
                {
                    initial = isUnknown ? track.NextOf(side) - 1 : initial; // What was nobody's is over.
                    inspection.Segment(from, initial, TcpFlags.Syn, [], 0, _table.Origin(number).First);
                }

                if (isUnknown)
                {
                    inspection.Narrow(from, default);
                }
            }
        }

        return inspection;
    }
}
