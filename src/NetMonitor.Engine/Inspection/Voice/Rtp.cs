using System.Buffers.Binary;
using NetMonitor.Inspection.Services;

namespace NetMonitor.Inspection.Voice;

/// <summary>
/// RTP (RFC 3550 section 5) and RTCP (section 6). An RTP header has little that is fixed, so a stream is believed only after several
/// datagrams of one source in sequence; RTCP's lengths add up to the datagram's, which is enough.
/// </summary>
internal sealed class Rtp : DatagramInspector
{
    // 0 V=2,P,X,CC | 1 M,PT | 2 sequence number | 4 timestamp | 8 SSRC
    private const int TypeAt = 1;
    private const int SequenceAt = 2;
    private const int SourceAt = 8;
    private const int HeaderSize = 12;          // bytes
    private const int VersionMask = 0xC0;
    private const int Version = 0x80;
    private const int PaddingBit = 0x20;
    private const int ExtensionBit = 0x10;
    private const int CountMask = 0x0F;
    private const int TypeMask = 0x7F;
    private const int WordSize = 4;
    private const int LastFixedType = 34;       // RFC 3551 section 6
    private const int FirstDynamicType = 96;

    // RTCP: 0 V,P,count | 1 type | 2 length in words less one | 4 SSRC
    private const int ControlSourceAt = 4;
    private const int ControlHeaderSize = 8;
    private const byte SenderReport = 200;
    private const byte ReceiverReport = 201;
    private const byte LastControlType = 207;   // RFC 3611

    private const int EnoughInSequence = 4;     // datagrams of one side
    private const int EnoughTries = 12;         // datagrams of both sides within which that must have been seen
    private const int LargestStep = 16;         // lost in between

    private static readonly string?[] Codecs = // RFC 3551 section 6
    [
        "PCMU", null, null, "GSM", "G723", "DVI4", "DVI4", "LPC", "PCMA", "G722", "L16", "L16", "QCELP", "CN", "MPA", "G728", "DVI4",
        "DVI4", "G729",
        null, null, null, null, null, null, "CelB", "JPEG", null, "nv", null, null, "H261", "MPV", "MP2T", "H263",
    ];

    private struct Stream
    {
        public bool Seen;
        public uint Source;
        public ushort Sequence;
        public int InSequence;
    }

    private Stream _originator;
    private Stream _responder;
    private int _tries;
    private bool _sawControl;
    private bool _isRtp;
    private byte _payloadType;

    /// <inheritdoc/>
    public override string Application => _isRtp || !_sawControl ? "RTP" : "RTCP";

    /// <inheritdoc/>
    public override Confidence Confidence => _sawControl ? Confidence.Signature : Confidence.Heuristic;

    /// <inheritdoc/>
    public override bool IsTentative => !_isRtp && !_sawControl;

    /// <summary>A header that may be RTP's.</summary>
    public static Match Probe(in FlowContext context, Side from, ReadOnlySpan<byte> bytes) => IsHeader(bytes) ? Match.Yes : Match.No;

    /// <summary>A report, perhaps with more packets, up to the last byte (section 6.1).</summary>
    public static Match ProbeControl(in FlowContext context, Side from, ReadOnlySpan<byte> bytes)
    {
        for (bool isFirst = true; !bytes.IsEmpty; isFirst = false)
        {
            if (bytes.Length < ControlHeaderSize || (bytes[0] & VersionMask) != Version
                || bytes[TypeAt] is < SenderReport or > LastControlType
                || (isFirst && bytes[TypeAt] is not (SenderReport or ReceiverReport)))
            {
                return Match.No;
            }

            int size = WordSize * (1 + BinaryPrimitives.ReadUInt16BigEndian(bytes[SequenceAt..]));
            if (size > bytes.Length || size < LeastSize(bytes))
            {
                return Match.No;
            }

            bytes = bytes[size..];
        }

        return Match.Yes;
    }

    /// <inheritdoc/>
    public override Outcome Inspect(Side from, ReadOnlySpan<byte> datagram, long timestamp)
    {
        ref Stream stream = ref from == Side.Originator ? ref _originator : ref _responder;
        if (ProbeControl(default, from, datagram) == Match.Yes)
        {
            ReadControl(ref stream, datagram);
            return Outcome.More;
        }

        if (!IsHeader(datagram))
        {
            // Keep-alives and STUN may share the ports of a stream (RFC 5761, RFC 6263, RFC 8445).
            return !IsTentative || IsProtectedControl(datagram) || (Stun.IsMessage(datagram) && ++_tries < EnoughTries) ? Outcome.More : Outcome.Reject;
        }

        ReadHeader(ref stream, datagram);
        return IsTentative && ++_tries == EnoughTries ? Outcome.Reject : Outcome.More;
    }

    /// <inheritdoc/>
    protected override ApplicationDetails BuildDetails() => new RtpDetails
    {
        PayloadType = _isRtp ? _payloadType : null,
        Codec = _isRtp && _payloadType < Codecs.Length ? Codecs[_payloadType] : null,
        OriginatorSource = _originator.Seen ? _originator.Source : null,
        ResponderSource = _responder.Seen ? _responder.Source : null,
    };

    private static bool IsHeader(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length <= HeaderSize || (bytes[0] & VersionMask) != Version
            || (bytes[TypeAt] & TypeMask) is > LastFixedType and < FirstDynamicType
            || BinaryPrimitives.ReadUInt32BigEndian(bytes[SourceAt..]) == 0)
        {
            return false;
        }

        int size = HeaderSize + ((bytes[0] & CountMask) * WordSize);
        if ((bytes[0] & ExtensionBit) != 0)
        {
            if (bytes.Length < size + WordSize)
            {
                return false;
            }

            size += WordSize * (1 + BinaryPrimitives.ReadUInt16BigEndian(bytes[(size + 2)..]));
        }

        int padding = (bytes[0] & PaddingBit) != 0 ? bytes[^1] : 0;
        return size + padding <= bytes.Length && ((bytes[0] & PaddingBit) == 0 || padding > 0);
    }

    /// <summary>RTCP of SRTP: encrypted, but for the first header (RFC 3711 section 3.4).</summary>
    private static bool IsProtectedControl(ReadOnlySpan<byte> bytes) =>
        bytes.Length > ControlHeaderSize && (bytes[0] & VersionMask) == Version && bytes[TypeAt] is >= SenderReport and <= LastControlType
        && WordSize * (1 + BinaryPrimitives.ReadUInt16BigEndian(bytes[SequenceAt..])) <= bytes.Length;

    /// <summary>A sender report has 24 bytes before its blocks (section 6.4.1), each block has 24.</summary>
    private static int LeastSize(ReadOnlySpan<byte> packet)
    {
        const int BlockCountMask = 0x1F;
        const int SenderInfoSize = 20;
        const int BlockSize = 24;
        int blocks = (packet[0] & BlockCountMask) * BlockSize;
        return packet[TypeAt] switch
        {
            SenderReport => ControlHeaderSize + SenderInfoSize + blocks,
            ReceiverReport => ControlHeaderSize + blocks,
            _ => WordSize,
        };
    }

    private void ReadControl(ref Stream stream, ReadOnlySpan<byte> datagram)
    {
        uint source = BinaryPrimitives.ReadUInt32BigEndian(datagram[ControlSourceAt..]);
        if (_sawControl && stream.Seen)
        {
            return;
        }

        _sawControl = true;
        if (!stream.Seen)
        {
            stream.Seen = true;
            stream.Source = source;
        }

        Changed();
    }

    private void ReadHeader(ref Stream stream, ReadOnlySpan<byte> datagram)
    {
        uint source = BinaryPrimitives.ReadUInt32BigEndian(datagram[SourceAt..]);
        ushort sequence = BinaryPrimitives.ReadUInt16BigEndian(datagram[SequenceAt..]);
        int step = (short)(sequence - stream.Sequence);
        bool isFirst = stream.InSequence == 0;
        if (!isFirst && source == stream.Source && step == 0)
        {
            return; // captured twice
        }

        bool fits = isFirst || (source == stream.Source && step is >= -LargestStep and <= LargestStep);
        stream.InSequence = fits ? Math.Min(stream.InSequence + 1, EnoughInSequence) : 1;
        stream.Sequence = sequence;
        if (!stream.Seen || stream.Source != source)
        {
            (stream.Seen, stream.Source) = (true, source);
            if (!IsTentative)
            {
                Changed();
            }
        }

        byte type = (byte)(datagram[TypeAt] & TypeMask);
        if (stream.InSequence == EnoughInSequence && (!_isRtp || type != _payloadType))
        {
            _isRtp = true;
            _payloadType = type;
            Changed();
        }
    }
}
