using Gatehouse.Sdk.Io;
using Gatehouse.Sdk.Values;
using Gatehouse.Sdk.Zmtp;

namespace Gatehouse.Sdk.Majordomo;

/// <summary>
/// One request from its caller to its end. Made by the caller; from the moment it is submitted it belongs to the loop, but for what tells
/// the caller.
/// </summary>
internal abstract class ClientCall : IoWork
{
    protected ClientCall(ClientPool pool, byte[] service, in Frames frames, TimeSpan deadline)
    {
        Pool = pool;
        Service = service;
        // Encoded by the caller, so that the loop has only to copy, however often it is sent. A request has one frame at least.
        Body = frames.Count == 0 ? Mdp.EmptyBody.ToArray() : ZmtpFrames.Encode(frames);
        Deadline = deadline;
    }

    public byte[] Service { get; }

    public byte[] Body { get; }

    public TimeSpan Deadline { get; }

    /// <summary>Whether the deadline is one for each part, so that a stream may last.</summary>
    public virtual bool IsRenewed => false;

    // The loop's.

    public long Due { get; set; }

    public int TriesLeft { get; set; }

    public IoTimer? Timer { get; set; }

    /// <summary>The lane that it is in flight on.</summary>
    public ClientLane? Lane { get; set; }

    /// <summary>How its last try ended, when that was not by time.</summary>
    public MdpResult? Broken { get; set; }

    /// <summary>Its place among those that wait.</summary>
    public LinkedListNode<ClientCall>? Place { get; set; }

    public bool IsEnded { get; private set; }

    protected ClientPool Pool { get; }

    /// <summary>A part of the reply came. False: no more of it is taken, the reply is too large.</summary>
    public abstract bool Take(in Frames frames, bool isFinal);

    /// <summary>Whether it may still be sent again: nothing of a reply has been passed on.</summary>
    public virtual bool MayRepeat => true;

    public void End(in MdpResult result)
    {
        if (IsEnded) return;
        IsEnded = true;
        Timer?.Cancel();
        Tell(result);
    }

    /// <summary>The client was disposed of.</summary>
    public void Close()
    {
        if (IsEnded) return;
        IsEnded = true;
        Timer?.Cancel();
        TellClosed();
    }

    /// <summary>The caller has gone.</summary>
    public void Forget()
    {
        IsEnded = true;
        Timer?.Cancel();
    }

    protected internal override void Run() => Pool.Accept(this);

    protected abstract void Tell(in MdpResult result);

    protected abstract void TellClosed();

    protected static ObjectDisposedException Disposed() => new(nameof(MdpClient), "The client was disposed of before the reply came.");
}
