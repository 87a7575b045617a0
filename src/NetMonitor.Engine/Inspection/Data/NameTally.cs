using System.Text;

namespace NetMonitor
{
    /// <summary>How often something was named.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Count">How often.</param>
    public readonly record struct NameCount(string Name, int Count)
    {
        /// <summary>"GET 12".</summary>
        public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Name} {Count}");
    }
}

namespace NetMonitor.Inspection.Data
{
    /// <summary>Counts commands, topics and the like by name; a name seen before costs no garbage.</summary>
    internal sealed class NameTally
    {
        private readonly List<NameCount> _names = [];

        /// <summary>All that was counted.</summary>
        public int Total { get; private set; }

        /// <summary>The last name there was room for.</summary>
        public string? Last { get; private set; }

        /// <summary>Counts a name that is a constant of ours.</summary>
        public void Add(string name)
        {
            Total++;
            for (int i = 0; i < _names.Count; i++)
            {
                if (_names[i].Name == name)
                {
                    Again(i);
                    return;
                }
            }

            Keep(name);
        }

        /// <summary>Counts a name from the wire.</summary>
        public void Add(ReadOnlySpan<byte> name)
        {
            for (int i = 0; i < _names.Count; i++)
            {
                if (Ascii.Equals(name, _names[i].Name))
                {
                    Total++;
                    Again(i);
                    return;
                }
            }

            if (_names.Count < InspectionLimits.CountedNames)
            {
                Add(WireText.Clean(name));
            }
            else
            {
                Total++;
            }
        }

        /// <summary>Counts a command whose case does not matter; it is kept in capitals.</summary>
        public void AddUpper(ReadOnlySpan<byte> name)
        {
            const int Longest = 32; // bytes; longer than any command
            Span<byte> upper = stackalloc byte[Longest];
            Ascii.ToUpper(name[..Math.Min(name.Length, Longest)], upper, out int length);
            Add(upper[..length]);
        }

        /// <summary>Names and counts, in the order of their first appearance.</summary>
        public IReadOnlyList<NameCount> ToList() => [.. _names];

        private void Again(int at)
        {
            _names[at] = _names[at] with { Count = _names[at].Count + 1 };
            Last = _names[at].Name;
        }

        private void Keep(string name)
        {
            if (_names.Count < InspectionLimits.CountedNames)
            {
                _names.Add(new NameCount(name, 1));
                Last = name;
            }
        }
    }
}
