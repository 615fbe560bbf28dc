using System.Collections.Immutable;
using CrossRelease.Analyzers.Flow;

namespace CrossRelease.Analyzers.Graph;

// What is copied from place to place: objects, and of which types those are that answer calls.
internal sealed partial class PointsTo
{
    private readonly HashSet<string> _slotOwners = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string[]> _typesFrom = new(StringComparer.Ordinal);

    // The type of the object that runs the body whose constraints are being added.
    private string? _ownType;

    // The virtual members that several bodies may answer.
    private void FindSlots()
    {
        foreach (Call call in _program.With(BodyParts.Call).SelectMany(static body => body.Instructions).OfType<Call>())
        {
            if (call is { IsVirtual: true, IsExact: false, Receiver.Kind: not ValueKind.This } && _program.Targets(call, Value.Unknown).Length > 1 && _exactSlots.Add(call.Method))
            {
                _slotOwners.Add("T:" + DelegateHolders.DeclaringType(call.Method));
            }
        }
    }

    private void Copy(Value source, string? target)
    {
        if (target is null)
        {
            return;
        }

        if (source.Kind == ValueKind.Function)
        {
            Add(target, "f@" + source.Id);
        }
        else if (source.Kind is ValueKind.This or ValueKind.Instance)
        {
            foreach (string own in TypesOf(source, _ownType))
            {
                Add(target, own);
            }
        }
        else if (source is { Kind: ValueKind.Allocation, Type: { } type } && !source.IsSynchronizer)
        {
            if (MayAnswerExactCalls(type))
            {
                Add(source.Key, TypeMark + type);
            }
        }
        else if (IsKeptObject(source, target))
        {
            Add(source.Key, KeptMark + source.Key);
        }
        else if (source.IsSynchronizer)
        {
            HashSet<string>? special = source.Type switch
            {
                Value.Queue or Value.BoundedQueue => _queues,
                Value.InlineSource => _inline,
                Value.OpenSynchronizer => _open,
                Value.Countdown => _countdowns,
                _ => null,
            };
            special?.Add(source.Key);
            if (source.Type == Value.BoundedQueue)
            {
                _bounded.Add(source.Key);
            }

            Add(source.Key, source.Key);
        }

        if (Node(source) is { } node && node != target)
        {
            CopyNode(node, target);
        }
    }

    private static bool IsKeptObject(Value source, string target) => source is { Kind: ValueKind.Allocation, Type: null } && (target.StartsWith("F:", StringComparison.Ordinal) || target.StartsWith("P:", StringComparison.Ordinal));

    private bool MayAnswerExactCalls(string type)
    {
        if (!_exactTypes.TryGetValue(type, out bool answers))
        {
            _exactTypes.Add(type, answers = _program.Implements(type, _exactSlots) || _slotOwners.Any(owner => _program.IsOrDerivesFrom(type, owner)));
        }

        return answers;
    }

    // The object itself may be of any type that derives from the one whose code it is.
    private string[] TypesOf(Value self, string? ownType)
    {
        string? type = self.Kind == ValueKind.This ? ownType : self.Type;
        if (type is null)
        {
            return [AnyObject];
        }

        if (!_typesFrom.TryGetValue(type, out string[]? types))
        {
            _typesFrom.Add(type, types = [.. _program.TypesFrom(type).Where(MayAnswerExactCalls).Select(static own => TypeMark + own)]);
        }

        return types;
    }
}
