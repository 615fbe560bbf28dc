using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;
using CrossRelease.Analyzers.Models;
using Microsoft.CodeAnalysis.Text;

namespace CrossRelease.Analyzers.Surface;

/// <summary>
/// Writes facts as bytes: texts and values once each, places as distances. <see cref="FactsReader"/> reads the same things in
/// the same order; what an instruction is made of is in the files named after these two. Not thread-safe.
/// </summary>
internal sealed partial class FactsWriter(OwnIds ownIds)
{
    private readonly ByteSink _texts = new();
    private readonly ByteSink _sink = new();
    private readonly Dictionary<string, int> _textNumbers = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Key, string? Type, string At), int> _values = [];
    private readonly Dictionary<Effect, int> _effects = [];
    private readonly HashSet<int> _positions = [];

    // The ways to write what there is much of, each made once.
    private Action<Instruction>? _instruction;
    private Action<Value>? _value;
    private Action<Edge>? _edge;
    private Action<Guard>? _guard;
    private Action<BranchTest>? _test;
    private Action<int>? _number;
    private string _lastText = "";
    private string _body = "";
    private string _outermost = "";
    private int _place;

    public ByteSink Write(IReadOnlyList<(TreeFacts Facts, SourceText Text)> trees)
    {
        _sink.Number(trees.Count);
        foreach ((TreeFacts facts, SourceText text) in trees)
        {
            Tree(facts, text);
        }

        var whole = new ByteSink();
        whole.Number(SurfaceFormat.Vocabulary);
        whole.Number(_textNumbers.Count);
        whole.Bytes(_texts);
        whole.Bytes(_sink);
        return whole;
    }

    private void Tree(TreeFacts facts, SourceText text)
    {
        _values.Clear();
        _positions.Clear();
        Text(facts.Path);
        (_body, _outermost) = ("", "");
        List(facts.Types, type =>
        {
            Id(type.Id);
            OptionalId(type.BaseType);
            List(type.Implements, pair =>
            {
                Id(pair.Slot);
                Id(pair.Body);
            });
        });
        List(facts.Bodies, Body);
        Lines(text);
    }

    private void Lines(SourceText text)
    {
        int[] lines = [.. _positions.Where(position => position <= text.Length).Select(position => text.Lines.IndexOf(position)).Distinct().OrderBy(static line => line)];
        int line = 0;
        int start = 0;
        _sink.Number(lines.Length);
        foreach (int next in lines)
        {
            _sink.Number(next - line);
            _sink.Number(text.Lines[next].Start - start);
            (line, start) = (next, text.Lines[next].Start);
        }
    }

    private void Body(BodyFacts body)
    {
        (_body, _outermost) = ("", "");
        Id(body.Id);
        Text(body.Name);
        OptionalId(body.Outer);
        OptionalId(body.Type);
        (_body, _place) = (body.Id, 0);
        int nested = body.Id.IndexOf("~fn", StringComparison.Ordinal);
        _outermost = nested < 0 ? body.Id : body.Id.Substring(0, nested);
        Span(body.Span);
        Flags(
            body.IsStatic, body.IsAsync, body.IsConstructor, body.IsEntry, body.IsInternal, body.IsProgramEntry, body.IsAsyncVoid, body.IsVisible,
            body.CarriesObjects, body.IsTooDeep, body.IsNonBlocking, body.IsSingleThreaded, body.IsHidden);
        _sink.Byte((byte)body.Role);
        List(body.Blocks, Block);
    }

    private void Block(Block block)
    {
        Flags(block.IsInCycle, block.Condition is not null, block.WhenTrue is not null, block.Next is not null, block.Test is not null);
        List(block.Instructions, _instruction ??= Write);
        Optional(block.Condition, _value ??= Value);
        Optional(block.WhenTrue, _edge ??= Edge);
        Optional(block.Next, _edge);
        List(block.Handlers, _number ??= _sink.Number);
        _sink.Signed(block.EndOfFinally ?? -1);
        _sink.Number(block.FinallyDepth);
        List(block.Guards, _guard ??= Guard);
        Optional(block.Test, _test ??= Asked);
    }

    private void Guard(Guard guard)
    {
        _sink.Number(guard.First);
        _sink.Byte((byte)guard.Kind);
        OptionalId(guard.Caught);
    }

    private void Asked(BranchTest test)
    {
        Value(test.Subject);
        Flags(test.IsNullTest, test.IsNegated, test.IsStable, test.Part is not null);
        if (test.Part is { } part)
        {
            Value(part);
        }
    }

    private void Edge(Edge edge)
    {
        _sink.Signed(edge.Target);
        List(edge.Finallies, _number ??= _sink.Number);
    }

    private void List<T>(ImmutableArray<T> items, Action<T> write)
    {
        _sink.Number(items.Length);
        foreach (T item in items)
        {
            write(item);
        }
    }

    // Whether there is one has been written with the flags.
    private static void Optional<T>(T? item, Action<T> write)
        where T : class
    {
        if (item is not null)
        {
            write(item);
        }
    }

    private void Flags(params bool[] flags)
    {
        int bits = 0;
        for (int i = 0; i < flags.Length; i++)
        {
            bits |= flags[i] ? 1 << i : 0;
        }

        _sink.Number(bits);
    }

    private void Span(TextSpan span)
    {
        _sink.Signed(span.Start - _place);
        _sink.Number(span.Length);
        _place = span.Start;
        _positions.Add(span.Start);
        _positions.Add(span.End);
    }

    // ---- texts and ids ----

    private void Text(string text) => _sink.Number(NumberOf(text));

    private void OptionalId(string? id)
    {
        _sink.Byte(id is null ? (byte)0 : (byte)1);
        if (id is not null)
        {
            Id(id);
        }
    }

    private void Id(string id)
    {
        (IdKind kind, string text) = _body.Length > 0 && id.StartsWith(_body, StringComparison.Ordinal) ? (IdKind.OfBody, id.Substring(_body.Length))
            : _outermost.Length > 0 && id.StartsWith(_outermost, StringComparison.Ordinal) ? (IdKind.OfOutermost, id.Substring(_outermost.Length))
            : (ownIds.Contains(id) ? IdKind.Own : IdKind.Other, id);
        _sink.Number((NumberOf(text) << 2) | (int)kind);
    }

    private int NumberOf(string text)
    {
        if (!_textNumbers.TryGetValue(text, out int number))
        {
            _textNumbers.Add(text, number = _textNumbers.Count);
            int same = 0;
            while (same < text.Length && same < _lastText.Length && text[same] == _lastText[same])
            {
                same++;
            }

            // A character of two halves stays whole.
            same -= same > 0 && char.IsHighSurrogate(text[same - 1]) ? 1 : 0;
            _texts.Number(same);
            _texts.Text(text.Substring(same));
            _lastText = text;
        }

        return number;
    }
}

/// <summary>What an id begins with.</summary>
internal enum IdKind
{
    /// <summary>Something that the assembly declares: read from outside, it bears the assembly's name.</summary>
    Own,

    /// <summary>Something of another assembly.</summary>
    Other,

    /// <summary>The id of the body at hand.</summary>
    OfBody,

    /// <summary>The id of the member around the lambda or local function at hand.</summary>
    OfOutermost,
}
