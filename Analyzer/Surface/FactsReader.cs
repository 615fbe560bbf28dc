using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;
using CrossRelease.Analyzers.Symbols;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Surface;

/// <summary>
/// Reads what a <see cref="FactsWriter"/> wrote, as facts of another assembly. Whatever the bytes, it fails by
/// <see cref="InvalidDataException"/> or <see cref="OtherVocabularyException"/> only, and gives no facts that the engine could stumble over. Not thread-safe.
/// </summary>
internal sealed partial class FactsReader
{
    private const int MaxNesting = 64;

    private readonly ByteSource _source;
    private readonly string _assembly;
    private readonly Func<string, string>? _moved;
    private readonly string[] _texts;
    private readonly Dictionary<int, string> _ownIds = [];
    private readonly List<Value> _values = [];
    private readonly List<Effect> _effects = [];
    private string _body = "";
    private string _outermost = "";
    private int _place;
    private int _blocks;
    private int _nesting;

    private FactsReader(byte[] bytes, string assembly, Func<string, string>? moved)
    {
        _source = new ByteSource(bytes);
        _assembly = assembly;
        _moved = moved;
        if (_source.Number() != SurfaceFormat.Vocabulary)
        {
            throw new OtherVocabularyException();
        }

        _texts = new string[_source.Count()];
        string last = "";
        for (int i = 0; i < _texts.Length; i++)
        {
            int same = _source.Number();
            last = same >= 0 && same <= last.Length ? last.Substring(0, same) + _source.Text() : throw ByteSource.Damaged();
            _texts[i] = last;
        }
    }

    /// <param name="assembly">The name of the assembly that the facts are of.</param>
    /// <param name="moved">Gives the id under which something of a third assembly is known here.</param>
    public static ImmutableArray<TreeFacts> Read(byte[] bytes, string assembly, Func<string, string>? moved = null)
    {
        var reader = new FactsReader(bytes, assembly, moved);
        return reader.List(reader.Tree);
    }

    /// <summary>The third assemblies of whose members the facts speak.</summary>
    public static IReadOnlyCollection<string> Mentioned(byte[] bytes)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (string text in new FactsReader(bytes, "", null)._texts)
        {
            int start = SymbolIds.NameStart(text);
            int mark = start == 0 ? -1 : text.IndexOf(SymbolIds.Mark, start);
            if (mark > start)
            {
                names.Add(text.Substring(start, mark - start));
            }
        }

        return names;
    }

    private TreeFacts Tree()
    {
        _values.Clear();
        string path = Text();
        (_body, _outermost) = ("", "");
        ImmutableArray<TypeFacts> types = List(() => new TypeFacts(Id(), OptionalId(), List(() => (Id(), Id()))));
        ImmutableArray<BodyFacts> bodies = List(Body);
        return new TreeFacts(bodies, types) { Path = path, Origin = new ExternalOrigin(_assembly, Lines()) };
    }

    private LineMap Lines()
    {
        int line = 0;
        int start = 0;
        return new LineMap(List(() =>
        {
            line = Sum(line, _source.Number());
            start = Sum(start, _source.Number());
            return (line, start);
        }));
    }

    private BodyFacts Body()
    {
        (_body, _outermost) = ("", "");
        string id = Id();
        string name = Text();
        string? outer = OptionalId();
        string? type = OptionalId();
        (_body, _place) = (id, 0);
        int nested = id.IndexOf("~fn", StringComparison.Ordinal);
        _outermost = nested < 0 ? id : id.Substring(0, nested);
        TextSpan span = Span();
        int flags = _source.Number();
        BodyRole role = (BodyRole)Code(LastOf<BodyRole>.Code);
        return new BodyFacts(
            id, name, outer, type, span,
            IsStatic: Has(flags, 0), IsAsync: Has(flags, 1), IsConstructor: Has(flags, 2), IsEntry: Has(flags, 3), IsInternal: Has(flags, 4),
            IsProgramEntry: Has(flags, 5), Blocks())
        {
            IsAsyncVoid = Has(flags, 6),
            IsVisible = Has(flags, 7),
            CarriesObjects = Has(flags, 8),
            IsTooDeep = Has(flags, 9),
            IsNonBlocking = Has(flags, 10),
            IsSingleThreaded = Has(flags, 11),
            IsHidden = Has(flags, 12),
            Role = role,
            IsExternal = true,
        };
    }

    private ImmutableArray<Block> Blocks()
    {
        _blocks = _source.Count();
        ImmutableArray<Block>.Builder blocks = ImmutableArray.CreateBuilder<Block>(_blocks);
        for (int i = 0; i < _blocks; i++)
        {
            blocks.Add(Block());
        }

        return blocks.MoveToImmutable();
    }

    private Block Block()
    {
        int flags = _source.Number();
        ImmutableArray<Instruction> instructions = List(Instruction);
        Value? condition = Has(flags, 1) ? Value() : null;
        Edge? whenTrue = Has(flags, 2) ? Edge() : null;
        Edge? next = Has(flags, 3) ? Edge() : null;
        ImmutableArray<int> handlers = List(BlockNumber);
        int endOfFinally = _source.Signed();
        int finallyDepth = _source.Number();
        ImmutableArray<Guard> guards = List(() => new Guard(BlockNumber(), (GuardKind)Code(LastOf<GuardKind>.Code), OptionalId()));
        return new Block(
            instructions, condition, whenTrue, next, handlers, Has(flags, 0), endOfFinally < 0 ? null : endOfFinally < _blocks ? endOfFinally : throw ByteSource.Damaged())
        {
            FinallyDepth = finallyDepth,
            Guards = guards,
            Test = Has(flags, 4) ? Test() : null,
        };
    }

    private BranchTest Test()
    {
        Value subject = Value();
        int flags = _source.Number();
        return new BranchTest(subject, Has(flags, 0), Has(flags, 1), Has(flags, 2), Has(flags, 3) ? Value() : null);
    }

    private Edge Edge()
    {
        int target = _source.Signed();
        return target >= -1 && target < _blocks ? new Edge(target, List(BlockNumber)) : throw ByteSource.Damaged();
    }

    private int BlockNumber()
    {
        int block = _source.Number();
        return block >= 0 && block < _blocks ? block : throw ByteSource.Damaged();
    }

    private ImmutableArray<T> List<T>(Func<T> read)
    {
        int count = _source.Count();
        if (count == 0)
        {
            return [];
        }

        ImmutableArray<T>.Builder items = ImmutableArray.CreateBuilder<T>();
        for (int i = 0; i < count; i++)
        {
            items.Add(read());
        }

        return items.ToImmutable();
    }

    private static bool Has(int flags, int bit) => (flags & (1 << bit)) != 0;

    private int Code(int last)
    {
        byte code = _source.Byte();
        return code <= last ? code : throw ByteSource.Damaged();
    }

    private TextSpan Span()
    {
        int start = Sum(_place, _source.Signed());
        int length = _source.Number();
        Sum(start, length);
        _place = start;
        return new TextSpan(start, length);
    }

    private static int Sum(int left, int right)
    {
        int sum = unchecked(left + right);
        return left >= 0 && sum >= 0 && (right < 0 || sum >= left) ? sum : throw ByteSource.Damaged();
    }

    // ---- texts and ids ----

    private string Text() => TextOf(_source.Number());

    private string TextOf(int number) => number >= 0 && number < _texts.Length ? _texts[number] : throw ByteSource.Damaged();

    private string? OptionalId() => _source.Byte() == 0 ? null : Id();

    private string Id()
    {
        int code = _source.Number();
        int number = code >> 2;
        switch ((IdKind)(code & 3))
        {
            case IdKind.OfBody:
                return _body + TextOf(number);
            case IdKind.OfOutermost:
                return _outermost + TextOf(number);
            case IdKind.Other:
                return _moved is null ? TextOf(number) : _moved(TextOf(number));
            default:
                if (!_ownIds.TryGetValue(number, out string? id))
                {
                    _ownIds.Add(number, id = SymbolIds.In(_assembly, TextOf(number)));
                }

                return id;
        }
    }
}

/// <summary>The facts are made of other words than those known here.</summary>
internal sealed class OtherVocabularyException : Exception;
