namespace CrossRelease.Analyzers.Surface;

/// <summary>Texts read as one, which is never made: it would be one of the runtime's large objects.</summary>
internal sealed class TextPieces(IReadOnlyList<string> pieces) : TextReader
{
    private int _piece;
    private int _place;

    /// <summary>The length of all.</summary>
    public int Length => pieces.Sum(static piece => piece.Length);

    public override int Peek() => Move() ? pieces[_piece][_place] : -1;

    public override int Read() => Move() ? pieces[_piece][_place++] : -1;

    public override int Read(char[] buffer, int index, int count)
    {
        int read = 0;
        while (read < count && Move())
        {
            int some = Math.Min(count - read, pieces[_piece].Length - _place);
            pieces[_piece].CopyTo(_place, buffer, index + read, some);
            _place += some;
            read += some;
        }

        return read;
    }

    // To the next character; false if there is none.
    private bool Move()
    {
        while (_piece < pieces.Count && _place == pieces[_piece].Length)
        {
            (_piece, _place) = (_piece + 1, 0);
        }

        return _piece < pieces.Count;
    }
}
