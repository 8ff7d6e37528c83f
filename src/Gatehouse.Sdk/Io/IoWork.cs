namespace Gatehouse.Sdk.Io;

/// <summary>Something to do on the loop's thread. May be posted again once it has run, not before.</summary>
internal abstract class IoWork
{
    internal IoWork? Next;

    protected internal abstract void Run();

    internal sealed class OfAction(Action action) : IoWork
    {
        protected internal override void Run() => action();
    }

    internal sealed class Nothing : IoWork
    {
        protected internal override void Run() { }
    }
}

/// <summary>Called when its socket is ready.</summary>
internal interface IReady
{
    void Ready(Interest seen);
}

/// <summary>Called once at the end of the round in which it asked for it.</summary>
internal interface IRoundEnd
{
    void RoundEnd();
}
