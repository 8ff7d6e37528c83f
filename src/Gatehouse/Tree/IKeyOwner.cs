using Gatehouse.Sdk.Values;

namespace Gatehouse.Tree;

/// <summary>Whoever drives a set of keys: a driver or connector. Others' writes come to it; only it changes the tree.</summary>
internal interface IKeyOwner
{
    /// <summary>Its name in messages.</summary>
    string Name { get; }

    /// <summary>Carries out a write, sets the tree when the device confirms it, and answers. Any thread.</summary>
    ValueTask<WriteResult> WriteAsync(Change change, Origin origin, CancellationToken stop);
}

/// <summary>Owns keys that only their source changes, and refuses every write.</summary>
internal sealed class ReadOnlyOwner(string name) : IKeyOwner
{
    public string Name { get; } = name;

    public ValueTask<WriteResult> WriteAsync(Change change, Origin origin, CancellationToken stop) =>
        new(new WriteResult(WriteStatus.ReadOnly, null, $"{change.Key} is set by {Name} alone and cannot be written"));
}
