using Gatehouse.Sdk.Values;

namespace Gatehouse.Parts;

/// <summary>What the registry of devices knows of a key, for those rooms that do not see it.</summary>
/// <param name="Title">The property's name for people.</param>
/// <param name="Unit">As people write it; null for none.</param>
/// <param name="Demo">It is made up.</param>
/// <param name="Log">Whether the history records it; null leaves that to the settings.</param>
/// <param name="Retention">How long the history keeps every point; null leaves that to the settings.</param>
internal sealed record KeyNotes(string Title, string? Unit, bool Demo, bool? Log, TimeSpan? Retention);

/// <summary>Looks keys up in the registry of devices. Any thread.</summary>
internal interface IKeyCatalog
{
    /// <summary>Grows with every change of what is known; whoever keeps answers asks again then.</summary>
    long Version { get; }

    /// <summary>What is known of a key; null when no device has it.</summary>
    KeyNotes? Find(Key key);
}
