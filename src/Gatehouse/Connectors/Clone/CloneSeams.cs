namespace Gatehouse.Connectors.Clone;

/// <summary>What the core has done to its readers.</summary>
internal interface ICloneOutput
{
    /// <summary>Writes one message, encoded, in two parts.</summary>
    /// <returns>False when it takes no more, or is gone.</returns>
    bool Send(CloneReader reader, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body);

    /// <summary>How many bytes wait to be taken by it.</summary>
    int Pending(CloneReader reader);

    /// <summary>Calls <see cref="CloneCore.Continue"/> for it in a later round.</summary>
    void GoOnLater(CloneReader reader);

    /// <summary>Takes no more requests of it for now, or takes them again.</summary>
    void Listen(SnapshotPeer reader, bool isOn);

    /// <summary>Closes its connection.</summary>
    void Drop(CloneReader reader);
}
