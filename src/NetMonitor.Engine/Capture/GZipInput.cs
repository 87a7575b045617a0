using System.Buffers.Binary;
using System.IO.Compression;

namespace NetMonitor.Capture;

/// <summary>What gzip data decompresses to, and why no more of it comes.</summary>
internal sealed class GZipInput : IDisposable
{
    private readonly Compressed _compressed;
    private readonly GZipStream _stream;

    /// <param name="input">Where the data comes from; stays the caller's.</param>
    /// <param name="head">What was taken from it already.</param>
    public GZipInput(ByteInput input, byte[] head)
    {
        _compressed = new Compressed(input, head);
        _stream = new GZipStream(_compressed, CompressionMode.Decompress);
    }

    /// <summary>Bytes that came out so far.</summary>
    public long Length { get; private set; }

    /// <summary>What is wrong behind <see cref="Length"/>, or null.</summary>
    public string? Damage { get; private set; }

    /// <summary>What the framework said of it, or null.</summary>
    public Exception? Cause { get; private set; }

    /// <summary>Decompresses in small steps, for the step in which damage shows gives nothing: all before it counts.</summary>
    /// <returns>How many bytes; 0 at the end, or where <see cref="Damage"/> is.</returns>
    public int Read(Span<byte> destination)
    {
        const int Step = 256; // bytes; as many as may be lost
        if (Damage is not null)
        {
            return 0;
        }

        int have = 0;
        try
        {
            int step;
            int count;
            do
            {
                step = Math.Min(Step, destination.Length - have);
                count = _stream.Read(destination.Slice(have, step));
                have += count;
            }
            while (count == step && have < destination.Length);
        }
        catch (InvalidDataException exception)
        {
            Damage = $"its gzip data cannot be decompressed ({exception.Message})";
            Cause = exception;
        }

        Length += have;
        if (have == 0 && Damage is null && _compressed.IsCut(Length))
        {
            Damage = "its gzip data ends early";
        }

        return have;
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    /// <summary>An input as a stream, behind some bytes already taken from it: what <see cref="GZipStream"/> reads from.</summary>
    private sealed class Compressed(ByteInput input, byte[] head) : Stream
    {
        // RFC 1952 section 2.3: ID1, ID2 and the only compression method there is.
        private const uint MemberMagic = 0x1F8B08;
        private const uint MemberMagicMask = 0xFFFFFF;

        private int _headUsed;
        private uint _last;                             // the last four bytes, the latest lowest
        private long _memberMagics;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            int count;
            if (_headUsed == head.Length)
            {
                count = input.Read(buffer);
            }
            else
            {
                count = Math.Min(buffer.Length, head.Length - _headUsed);
                head.AsSpan(_headUsed, count).CopyTo(buffer);
                _headUsed += count;
            }

            foreach (byte b in buffer[..count])
            {
                _last = (_last << 8) | b;
                _memberMagics += (_last & MemberMagicMask) == MemberMagic ? 1 : 0;
            }

            return count;
        }

        /// <summary>True when the data surely ended early, which <see cref="GZipStream"/> does not tell: it takes the end of its input for the end of the data.</summary>
        /// <param name="length">Bytes that came out.</param>
        /// <remarks>
        /// A member ends with its length modulo 2^32 (ISIZE). With a single member that must be all; what may have several (the magic can also occur by chance)
        /// is given the benefit of the doubt, for a cut shows in the last record nearly always.
        /// </remarks>
        public bool IsCut(long length) => _memberMagics <= 1 && BinaryPrimitives.ReverseEndianness(_last) != (uint)length;

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
