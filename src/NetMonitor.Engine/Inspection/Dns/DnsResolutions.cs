using System.Runtime.InteropServices;
using NetMonitor.Packets;

namespace NetMonitor.Inspection.Dns;

/// <summary>A name that an answer gave an address.</summary>
/// <param name="Address">The address.</param>
/// <param name="Name">The name that was asked for, at the head of the chain of aliases.</param>
/// <param name="IsAnnounced">Told to the whole link without a question (mDNS), rather than to one that asked.</param>
internal readonly record struct DnsResolution(IPAddressValue Address, string Name, bool IsAnnounced);

/// <summary>The names that the answers of a conversation gave addresses, from when they are read to when they are taken.</summary>
internal sealed class DnsResolutions
{
    private const int IPv4Size = 4;
    private const int IPv6Size = 16;

    private List<DnsResolution>? _waiting; // taken at once, so that none is kept
    private string? _announced;

    /// <summary>What waits. Valid until <see cref="Clear"/>.</summary>
    public ReadOnlySpan<DnsResolution> Waiting => CollectionsMarshal.AsSpan(_waiting);

    /// <summary>They were taken.</summary>
    public void Clear() => _waiting = null;

    /// <summary>Adds the addresses that an answer gives a name, directly or through aliases (RFC 1034 section 3.6.2). Others in the message do not
    /// count, so nobody can add a name to an answer about another.</summary>
    public void AddAnswers(in DnsMessage message, string name)
    {
        Span<char> alias = stackalloc char[DnsName.LongestText];
        Span<char> text = stackalloc char[DnsName.LongestText];
        name.CopyTo(alias);
        int aliasLength = name.Length;

        // Servers put the records of a chain in order, as RFC 1034 section 4.3.2 builds them; for those that do not, it is walked again.
        for (int pass = 0; pass < InspectionLimits.DnsAliases; pass++)
        {
            bool found = false;
            bool moved = false;
            int at = message.AnswersAt;
            for (int left = message.Answers; left > 0 && DnsRecord.TryRead(message.Bytes, ref at, out DnsRecord record); left--)
            {
                int nameAt = record.NameAt;
                if (!DnsName.TryFormat(message.Bytes, ref nameAt, text, out int length, unicode: false)
                    || !text[..length].Equals(alias[..aliasLength], StringComparison.OrdinalIgnoreCase))
                {
                    continue;
                }

                int dataAt = record.DataAt;
                if (record.Type == (ushort)DnsType.CNAME && DnsName.TryFormat(message.Bytes, ref dataAt, text, out length, unicode: false))
                {
                    text[..length].CopyTo(alias);
                    aliasLength = length;
                    moved = true;
                }
                else
                {
                    found |= TryAdd(message, record, name, isAnnounced: false);
                }
            }

            if (found || !moved)
            {
                return;
            }
        }
    }

    /// <summary>Adds the addresses that hosts announce as theirs (RFC 6762 sections 6.2 and 8.3: as answers or along with them).</summary>
    public void AddAnnounced(in DnsMessage message)
    {
        Span<char> text = stackalloc char[DnsName.LongestText];
        int at = message.AnswersAt;
        for (int left = message.Records; left > 0 && DnsRecord.TryRead(message.Bytes, ref at, out DnsRecord record); left--)
        {
            int nameAt = record.NameAt;
            if (record.Type is (ushort)DnsType.A or (ushort)DnsType.AAAA
                && DnsName.TryFormat(message.Bytes, ref nameAt, text, out int length, unicode: true))
            {
                // A host announces one name again and again.
                _announced = text[..length].SequenceEqual(_announced) ? _announced : RecentText.Of(text[..length]);
                TryAdd(message, record, _announced!, isAnnounced: true);
            }
        }
    }

    private bool TryAdd(in DnsMessage message, in DnsRecord record, string name, bool isAnnounced)
    {
        ReadOnlySpan<byte> data = message.Bytes.Slice(record.DataAt, record.DataLength);
        IPAddressValue? address = (record.Type, data.Length) switch
        {
            ((ushort)DnsType.A, IPv4Size) => IPAddressValue.FromIPv4(data),
            ((ushort)DnsType.AAAA, IPv6Size) => IPAddressValue.FromIPv6(data),
            _ => null,
        };

        // What blocks a name answers with these: they name nobody.
        if (address is not { IsUnspecified: false, IsLoopback: false } usable)
        {
            return address is not null;
        }

        _waiting ??= [];
        if (_waiting.Count < InspectionLimits.DnsAnswers)
        {
            _waiting.Add(new DnsResolution(usable, name, isAnnounced));
        }

        return true;
    }
}
