// The one place that names the support folder: with the Microsoft.CodeAnalysis.*.Testing packages at hand,
// Microsoft.CodeAnalysis.Testing stands here instead (docs/adr/0020).
global using CrossRelease.Analyzers.Tests.Support;
