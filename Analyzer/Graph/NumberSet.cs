namespace CrossRelease.Analyzers.Graph;

/// <summary>
/// Numbers in the order in which they were added, each once. A few are looked through; many have a table besides. One table for the
/// pairs of all sets would be one of the runtime's large objects, whose growth costs collections of everything. Not thread-safe.
/// </summary>
internal sealed class NumberSet
{
    private const int MaxUnhashed = 8;

    private int[] _items = new int[2];

    // Positions in the items, counted from 1; 0 is free. A power of two long, at most half full.
    private int[]? _table;

    public int Count { get; private set; }

    public int this[int index] => _items[index];

    /// <returns>False if the number is there already.</returns>
    public bool Add(int number)
    {
        if (Contains(number))
        {
            return false;
        }

        if (Count == _items.Length)
        {
            Array.Resize(ref _items, Count * 2);
        }

        _items[Count++] = number;
        if (_table is not null && Count * 2 <= _table.Length)
        {
            _table[FreeSlot(_table, number)] = Count;
        }
        else if (Count > MaxUnhashed)
        {
            _table = Hashed();
        }

        return true;
    }

    private bool Contains(int number)
    {
        if (_table is not { } table)
        {
            return Array.IndexOf(_items, number, 0, Count) >= 0;
        }

        for (int slot = Slot(number, table); table[slot] != 0; slot = (slot + 1) & (table.Length - 1))
        {
            if (_items[table[slot] - 1] == number)
            {
                return true;
            }
        }

        return false;
    }

    private int[] Hashed()
    {
        int[] table = new int[_items.Length * 4];
        for (int i = 0; i < Count; i++)
        {
            table[FreeSlot(table, _items[i])] = i + 1;
        }

        return table;
    }

    private static int FreeSlot(int[] table, int number)
    {
        int slot = Slot(number, table);
        while (table[slot] != 0)
        {
            slot = (slot + 1) & (table.Length - 1);
        }

        return slot;
    }

    // Near numbers must not come to lie side by side: multiplied by an odd number, their upper bits differ.
    private static int Slot(int number, int[] table) => (int)(unchecked((uint)number * 0x9E3779B1) >> 8) & (table.Length - 1);
}
