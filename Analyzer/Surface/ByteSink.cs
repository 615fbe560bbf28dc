using System.Text;

namespace CrossRelease.Analyzers.Surface;

/// <summary>Bytes that grow: numbers of seven bits a byte, small ones short. Not thread-safe.</summary>
internal sealed class ByteSink
{
    private readonly MemoryStream _stream = new();

    public void Byte(byte value) => _stream.WriteByte(value);

    public void Number(int value)
    {
        uint rest = (uint)value;
        while (rest >= 0x80)
        {
            _stream.WriteByte((byte)(rest | 0x80));
            rest >>= 7;
        }

        _stream.WriteByte((byte)rest);
    }

    /// <summary>A number that may be negative.</summary>
    public void Signed(int value) => Number((value << 1) ^ (value >> 31));

    public void Text(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Number(bytes.Length);
        _stream.Write(bytes, 0, bytes.Length);
    }

    public void Bytes(byte[] bytes) => _stream.Write(bytes, 0, bytes.Length);

    public byte[] ToArray() => _stream.ToArray();
}
