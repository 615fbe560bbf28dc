using System.Collections.Immutable;
using Microsoft.CodeAnalysis.Operations;

namespace CrossRelease.Analyzers.Flow;

// What is registered with a container of services, and asked of it.
internal sealed partial class OperationReader
{
    private void AddService(IInvocationOperation call, Value result)
    {
        if (!_context.KnowsServices)
        {
            return;
        }

        // The arguments have been read: by the call, or by the move that stands for it.
        ImmutableArray<Value> values = _instructions.LastOrDefault(instruction => instruction is Call or Move && instruction.Span == call.Syntax.Span) switch
        {
            Call called => called.Arguments,
            Move moved => moved.From,
            _ => [],
        };
        if (ServiceReader.Registration(call, values, _context) is { } registration)
        {
            _instructions.Add(registration);
        }
        else if (ServiceReader.Request(call, result, _context) is { } request)
        {
            _instructions.Add(request);
        }
    }
}
