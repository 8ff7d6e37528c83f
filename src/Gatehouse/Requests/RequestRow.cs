namespace Gatehouse.Requests;

/// <summary>
/// One change of a request that waits to be written with others. What is wrong with it alone it finds itself and does not throw.
/// </summary>
internal abstract class RequestRow
{
    /// <summary>What it adds to the bytes of a group.</summary>
    public virtual int Size => 64;

    /// <summary>On the writer's thread, within the transaction.</summary>
    public abstract void Write(RequestWriter to);

    /// <summary>On the writer's thread, when it is on disk, or with the reason why it is not.</summary>
    public abstract void Settle(Exception? failure);
}
