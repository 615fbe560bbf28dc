using System.Text;

namespace CrossRelease.Analyzers.Surface;

/// <summary>
/// Bytes that grow: numbers of seven bits a byte, small ones short. They stay in pieces: one array of all would be among the runtime's
/// large objects, whose growth costs a build collections of everything. Not thread-safe.
/// </summary>
internal sealed class ByteSink
{
    private const int MaxPiece = 1 << 15;

    private readonly List<byte[]> _full = [];
    private byte[] _last = new byte[MaxPiece];
    private int _count;

    /// <summary>What has been written, in order.</summary>
    public IEnumerable<ArraySegment<byte>> Pieces => [.. _full.Select(static piece => new ArraySegment<byte>(piece)), new ArraySegment<byte>(_last, 0, _count)];

    public void Byte(byte value)
    {
        MakeRoom();
        _last[_count++] = value;
    }

    public void Number(int value)
    {
        uint rest = (uint)value;
        while (rest >= 0x80)
        {
            Byte((byte)(rest | 0x80));
            rest >>= 7;
        }

        Byte((byte)rest);
    }

    /// <summary>A number that may be negative.</summary>
    public void Signed(int value) => Number((value << 1) ^ (value >> 31));

    public void Text(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Number(bytes.Length);
        Bytes(new ArraySegment<byte>(bytes));
    }

    /// <summary>All that another one has.</summary>
    public void Bytes(ByteSink other)
    {
        foreach (ArraySegment<byte> piece in other.Pieces)
        {
            Bytes(piece);
        }
    }

    public byte[] ToArray()
    {
        byte[] all = new byte[(_full.Count * MaxPiece) + _count];
        int to = 0;
        foreach (ArraySegment<byte> piece in Pieces)
        {
            Buffer.BlockCopy(piece.Array!, piece.Offset, all, to, piece.Count);
            to += piece.Count;
        }

        return all;
    }

    private void Bytes(ArraySegment<byte> bytes)
    {
        for (int from = 0; from < bytes.Count;)
        {
            MakeRoom();
            int count = Math.Min(bytes.Count - from, MaxPiece - _count);
            Buffer.BlockCopy(bytes.Array!, bytes.Offset + from, _last, _count, count);
            _count += count;
            from += count;
        }
    }

    private void MakeRoom()
    {
        if (_count == MaxPiece)
        {
            _full.Add(_last);
            (_last, _count) = (new byte[MaxPiece], 0);
        }
    }
}
