namespace Gatehouse.Parts;

/// <summary>
/// Something that runs as long as the hub: a connector, a driver, a sink. It is supervised: when it throws it alone is started again, so
/// all that it holds belongs to one run and ends with it.
/// </summary>
internal interface IPart
{
    /// <summary>Unique in the hub; also the connector in the origin of what it sets.</summary>
    string Name { get; }

    /// <summary>
    /// Runs until <paramref name="stop"/> is cancelled; then ends within three seconds. Returning earlier means: nothing to do.
    /// </summary>
    Task RunAsync(Hub hub, CancellationToken stop);
}

/// <summary>A part the hub cannot be without: when it stays down, the process ends with an error.</summary>
internal interface IEssentialPart : IPart;

/// <summary>A part that the hub waits for before it says that it serves: one that others connect to.</summary>
internal interface IOpeningPart : IPart
{
    /// <summary>
    /// Done when it can be connected to, or goes on without; failed when the hub is not to start, with words that say why. Never later
    /// than its first run.
    /// </summary>
    Task Opened { get; }
}

/// <summary>A part that gives signs of life, and is started again when they stay away.</summary>
internal interface IWatchedPart : IPart
{
    /// <summary>How long ago the last sign of life was.</summary>
    TimeSpan Silence { get; }

    /// <summary>How long it may give none.</summary>
    TimeSpan AllowedSilence { get; }
}
