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

/// <summary>A part that gives signs of life, and is started again when they stay away.</summary>
internal interface IWatchedPart : IPart
{
    /// <summary>How long ago the last sign of life was.</summary>
    TimeSpan Silence { get; }

    /// <summary>How long it may give none.</summary>
    TimeSpan AllowedSilence { get; }
}
