using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tests.Support;

/// <summary>Options that a test changes under a running driver.</summary>
internal sealed class ChangingOptions<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] T>(
    T options) : IOptionsMonitor<T>
    where T : class
{
    private Action<T, string?>? _listeners;

    public T CurrentValue { get; private set; } = options;

    public T Get(string? name) => CurrentValue;

    public void Change(T options)
    {
        CurrentValue = options;
        _listeners?.Invoke(options, null);
    }

    public IDisposable OnChange(Action<T, string?> listener)
    {
        _listeners += listener;
        return new Ending(() => _listeners -= listener);
    }

    private sealed class Ending(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
