#if !NET
namespace System.Runtime.CompilerServices;

/// <summary>Lets the compiler emit <c>init</c> accessors where the base library does not define this marker.</summary>
internal static class IsExternalInit;
#endif
