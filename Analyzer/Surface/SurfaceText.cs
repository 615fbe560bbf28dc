using System.Collections.Immutable;
using System.Globalization;
using System.IO.Compression;
using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Surface;

/// <summary>
/// The texts that carry a surface: <c>version:piece/pieces:base64</c>, of deflated bytes that end with their own check. Cost
/// of both ways: linear.
/// </summary>
internal static class SurfaceText
{
    /// <summary>A piece stays below what the runtime keeps with its large objects. Whole groups of three bytes, so that the texts of all in a row are the text of all.</summary>
    private const int MaxPiece = 24_000;

    /// <summary>More than any source gives: what claims to be larger is damaged.</summary>
    private const int MaxBytes = 1 << 28;

    /// <summary>The check of nothing.</summary>
    private const ulong NoBytes = 14695981039346656037;

    private const string OtherVersion = "its summary was written by another version of the analyzers: use the same version of the package in both projects";

    public static ImmutableArray<string> Write(IEnumerable<ArraySegment<byte>> facts)
    {
        using MemoryStream packed = Deflate(facts);
        byte[] bytes = packed.GetBuffer();
        int length = (int)packed.Length;
        int pieces = Math.Max(1, (length + MaxPiece - 1) / MaxPiece);
        return
        [
            .. Enumerable.Range(0, pieces).Select(piece => string.Format(
                CultureInfo.InvariantCulture, "{0}:{1}/{2}:{3}", SurfaceFormat.Version, piece + 1, pieces, Convert.ToBase64String(bytes, piece * MaxPiece, Math.Min(MaxPiece, length - (piece * MaxPiece))))),
        ];
    }

    /// <summary>The facts in the texts, in whatever order these come. Never throws.</summary>
    /// <param name="assembly">The assembly that carries the texts.</param>
    public static ReadSurface Read(IReadOnlyCollection<string> texts, string assembly)
    {
        if (texts.Any(static text => VersionOf(text) > SurfaceFormat.Version))
        {
            return ReadSurface.Unreadable(OtherVersion);
        }

        try
        {
            return ReadSurface.Of(Inflate(Convert.FromBase64String(Join(texts))), assembly);
        }
        catch (OtherVocabularyException)
        {
            return ReadSurface.Unreadable(OtherVersion);
        }
        catch (Exception exception) when (exception is InvalidDataException or FormatException)
        {
            return ReadSurface.Unreadable("its summary is damaged: build it again");
        }
    }

    private static int VersionOf(string text)
    {
        int end = text.IndexOf(':');
        return end > 0 && int.TryParse(text.Substring(0, end), NumberStyles.None, CultureInfo.InvariantCulture, out int version) ? version : 0;
    }

    private static string Join(IReadOnlyCollection<string> texts)
    {
        string?[] pieces = new string?[texts.Count];
        foreach (string text in texts)
        {
            string[] parts = text.Split(':');
            string[] place = parts.Length == 3 ? parts[1].Split('/') : [];
            bool isPiece = place.Length == 2
                && VersionOf(text) == SurfaceFormat.Version
                && int.TryParse(place[0], NumberStyles.None, CultureInfo.InvariantCulture, out int piece)
                && place[1] == pieces.Length.ToString(CultureInfo.InvariantCulture)
                && piece > 0 && piece <= pieces.Length
                && pieces[piece - 1] is null
                && (pieces[piece - 1] = parts[2]) is not null;
            if (!isPiece)
            {
                throw ByteSource.Damaged();
            }
        }

        return string.Concat(pieces);
    }

    private static MemoryStream Deflate(IEnumerable<ArraySegment<byte>> pieces)
    {
        var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            ulong sum = NoBytes;
            foreach (ArraySegment<byte> piece in pieces)
            {
                deflate.Write(piece.Array!, piece.Offset, piece.Count);
                sum = CheckOf(piece, sum);
            }

            byte[] check = BitConverter.GetBytes(sum);
            deflate.Write(check, 0, check.Length);
        }

        return packed;
    }

    private static byte[] Inflate(byte[] packed)
    {
        using var inflate = new DeflateStream(new MemoryStream(packed), CompressionMode.Decompress);
        using var whole = new MemoryStream();
        byte[] buffer = new byte[1 << 16];
        for (int read = inflate.Read(buffer, 0, buffer.Length); read > 0; read = inflate.Read(buffer, 0, buffer.Length))
        {
            whole.Write(buffer, 0, read);
            if (whole.Length > MaxBytes)
            {
                throw ByteSource.Damaged();
            }
        }

        byte[] bytes = whole.ToArray();
        int length = bytes.Length - sizeof(ulong);
        if (length < 0 || BitConverter.ToUInt64(bytes, length) != CheckOf(new ArraySegment<byte>(bytes, 0, length), NoBytes))
        {
            throw ByteSource.Damaged();
        }

        Array.Resize(ref bytes, length);
        return bytes;
    }

    // FNV-1a, 64 bits. It tells accidents, not attacks: the reader bounds what it makes of any bytes.
    private static ulong CheckOf(ArraySegment<byte> bytes, ulong check)
    {
        byte[] array = bytes.Array!;
        for (int i = bytes.Offset; i < bytes.Offset + bytes.Count; i++)
        {
            check = unchecked((check ^ array[i]) * 1099511628211);
        }

        return check;
    }
}

/// <summary>What a referenced assembly tells.</summary>
/// <param name="Problem">Why it cannot be read, to follow the assembly's name in a message; null if it can.</param>
internal sealed record ReadSurface(ImmutableArray<TreeFacts> Trees, string? Problem)
{
    private byte[] _facts = [];
    private string _assembly = "";

    public static ReadSurface Nothing { get; } = new([], null);

    /// <summary>The third assemblies of whose members it speaks.</summary>
    public IReadOnlyCollection<string> Mentioned { get; private init; } = [];

    /// <summary>Throws as <see cref="FactsReader"/> does.</summary>
    public static ReadSurface Of(byte[] facts, string assembly) =>
        new(FactsReader.Read(facts, assembly), null) { _facts = facts, _assembly = assembly, Mentioned = FactsReader.Mentioned(facts) };

    public static ReadSurface Unreadable(string problem) => new([], problem);

    /// <summary>The same, said of where types are now.</summary>
    public ImmutableArray<TreeFacts> After(MovedTypes moved) => FactsReader.Read(_facts, _assembly, moved.IdOf);
}
