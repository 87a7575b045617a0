using System.Runtime.InteropServices;
using NetMonitor.Packets;

namespace NetMonitor.View;

/// <summary>Filters, sorts and groups connections. Rows that are equal stay in the order they came in, so nothing jumps about.</summary>
internal static class Arranger
{
    public static Picture Arrange(LedgerPage page, Arrangement arrangement)
    {
        List<Item> rows = Choose(page, arrangement);
        int matching = rows.Count;
        Item[] sorted = Sort(rows, arrangement);
        return new Picture
        {
            Page = page,
            Arrangement = arrangement,
            Items = arrangement.Grouped ? Group(sorted, arrangement) : sorted,
            Matching = matching,
        };
    }

    private static List<Item> Choose(LedgerPage page, Arrangement arrangement)
    {
        var rows = new List<Item>(page.Snapshot.Connections.Count);
        if (arrangement.Historic)
        {
            foreach (NetConnection row in page.Gone)
            {
                Add(row, gone: true);
            }
        }

        IReadOnlyList<NetConnection> connections = page.Snapshot.Connections;
        for (int i = 0; i < connections.Count; i++)
        {
            if (!connections[i].IsHistoric || arrangement.Historic)
            {
                Add(connections[i], connections[i].IsHistoric && !page.Snapshot.IsOffline);
            }
        }

        return rows;

        void Add(NetConnection row, bool gone)
        {
            if (arrangement.Filter?.Invoke(row) ?? true)
            {
                rows.Add(new Item(row, null, gone));
            }
        }
    }

    private static Item[] Sort(List<Item> rows, Arrangement arrangement)
    {
        if (arrangement.Sort is not { } column)
        {
            if (arrangement.Historic)
            {
                rows.Sort((a, b) => NetConnection.CompareByCreation(a.Row!, b.Row!));
            }

            if (arrangement.Descending)
            {
                rows.Reverse();
            }

            return [.. rows];
        }

        var keys = new Entry[rows.Count];
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = new Entry(column.Key(rows[i].Row!, arrangement.Naming), i);
        }

        keys.AsSpan().Sort(new EntryOrder(arrangement.Descending));
        var sorted = new Item[keys.Length];
        for (int i = 0; i < sorted.Length; i++)
        {
            sorted[i] = rows[keys[i].Index];
        }

        return sorted;
    }

    private static List<Item> Group(Item[] rows, Arrangement arrangement)
    {
        var members = new Dictionary<string, List<Item>>(StringComparer.Ordinal);
        foreach (Item item in rows)
        {
            ref List<Item>? list = ref CollectionsMarshal.GetValueRefOrAddDefault(members, ActivityRow.NameOf(item.Row!), out _);
            (list ??= []).Add(item);
        }

        var groups = new List<(ProcessGroup Group, List<Item> Members)>(members.Count);
        foreach ((string name, List<Item> list) in members)
        {
            int tcp = 0, udp = 0, gone = 0;
            double down = 0, up = 0;
            foreach (Item item in list)
            {
                gone += item.IsGone ? 1 : 0;
                tcp += item.Row!.Protocol == TransportProtocol.TCP ? 1 : 0;
                udp += item.Row.Protocol == TransportProtocol.UDP ? 1 : 0;
                down += item.IsGone ? 0 : item.Row.ReceiveRate;
                up += item.IsGone ? 0 : item.Row.SendRate;
            }

            groups.Add((new ProcessGroup(name, list.Count, gone, tcp, udp, down, up, arrangement.Expanded.Contains(name)), list));
        }

        groups.Sort((a, b) => CompareGroups(a.Group, b.Group, arrangement));
        var items = new List<Item>();
        foreach ((ProcessGroup group, List<Item> list) in groups)
        {
            items.Add(new Item(null, group, IsGone: false));
            if (group.IsExpanded)
            {
                items.AddRange(list);
            }
        }

        return items;
    }

    /// <summary>Groups follow the order where it is one of rates, else their names.</summary>
    private static int CompareGroups(ProcessGroup a, ProcessGroup b, Arrangement arrangement)
    {
        int order = arrangement.Sort?.Name switch
        {
            "Down" => a.ReceiveRate.CompareTo(b.ReceiveRate),
            "Up" => a.SendRate.CompareTo(b.SendRate),
            "Process" => string.Compare(a.Name, b.Name, StringComparison.OrdinalIgnoreCase),
            _ => 0,
        };
        order = arrangement.Descending ? -order : order;
        return order != 0 ? order : string.Compare(a.Name, b.Name, StringComparison.OrdinalIgnoreCase);
    }

    private readonly record struct Entry(SortKey Key, int Index);

    private readonly struct EntryOrder(bool descending) : IComparer<Entry>
    {
        public int Compare(Entry x, Entry y)
        {
            int order = SortKey.Compare(x.Key, y.Key, descending);
            return order != 0 ? order : x.Index.CompareTo(y.Index);
        }
    }
}
