using System.Text;

namespace CrossRelease.Analyzers.Surface;

/// <summary>What a <see cref="ByteSink"/> wrote, read back. Whatever the bytes, it fails by <see cref="InvalidDataException"/> only. Not thread-safe.</summary>
internal sealed class ByteSource(byte[] bytes)
{
    private int _position;

    public int Left => bytes.Length - _position;

    public byte Byte() => _position < bytes.Length ? bytes[_position++] : throw Damaged();

    public int Number()
    {
        uint value = 0;
        for (int shift = 0; shift < 35; shift += 7)
        {
            byte next = Byte();
            value |= (uint)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return (int)value;
            }
        }

        throw Damaged();
    }

    public int Signed()
    {
        int code = Number();
        return (int)((uint)code >> 1) ^ -(code & 1);
    }

    /// <summary>The number of things that follow, of at least one byte each.</summary>
    public int Count()
    {
        int count = Number();
        return count >= 0 && count <= Left ? count : throw Damaged();
    }

    public string Text()
    {
        int length = Count();
        string text = Encoding.UTF8.GetString(bytes, _position, length);
        _position += length;
        return text;
    }

    public static InvalidDataException Damaged() => new("The bytes are not those of a surface.");
}
