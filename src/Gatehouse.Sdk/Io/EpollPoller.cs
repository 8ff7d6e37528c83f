using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Gatehouse.Sdk.Io;

/// <summary>Waits by epoll; an eventfd wakes it up. The cost of a wait does not depend on how many sockets are watched.</summary>
internal sealed class EpollPoller : IPoller
{
    private const int Capacity = 256;
    private const long WakeToken = -1;
    private readonly Layout _layout;
    private readonly SafeFileHandle _epoll;
    private readonly SafeFileHandle _wake;
    private readonly byte[] _events;

    private EpollPoller(Layout layout)
    {
        _layout = layout;
        _events = new byte[Capacity * Layout.Largest];
        _epoll = Interop.EpollCreate(Interop.CloseOnExec);
        _wake = Interop.EventCreate(0, Interop.CloseOnExec | Interop.NonBlocking);
        if (!_epoll.IsInvalid && !_wake.IsInvalid) return;
        var error = new Win32Exception(Marshal.GetLastPInvokeError());
        Dispose();
        throw error;
    }

    /// <summary>Null where there is no epoll, or where its event is laid out otherwise than expected: a self-test tells.</summary>
    public static EpollPoller? TryCreate(Layout? layout = null)
    {
        if (!OperatingSystem.IsLinux()) return null;
        EpollPoller poller;
        try
        {
            poller = new EpollPoller(layout ?? Layout.OfThisProcessor);
        }
        catch (Exception error) when (error is Win32Exception or DllNotFoundException or EntryPointNotFoundException)
        {
            return null;
        }

        if (poller.TrySelf()) return poller;
        poller.Dispose();
        return null;
    }

    public void Add(Socket socket, long token, Interest interest) => Control(Interop.EpollAdd, socket.SafeHandle, token, Wanted(interest));

    public void Change(Socket socket, long token, Interest interest) =>
        Control(Interop.EpollChange, socket.SafeHandle, token, Wanted(interest));

    public void Remove(Socket socket) => Control(Interop.EpollDelete, socket.SafeHandle, 0, 0);

    public int Wait(Span<Readiness> ready, int milliseconds)
    {
        var count = Interop.EpollWait(_epoll, ref _events[0], Math.Min(Capacity, ready.Length), milliseconds);
        if (count < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            return error == Interop.Interrupted ? 0 : throw new Win32Exception(error);
        }

        var filled = 0;
        for (var i = 0; i < count; i++)
        {
            ref var item = ref _events[i * _layout.Size];
            var token = Unsafe.ReadUnaligned<long>(ref Unsafe.Add(ref item, _layout.DataOffset));
            // The eventfd is edge-triggered, so that nobody needs to read it.
            if (token != WakeToken) ready[filled++] = new Readiness(token, Seen(Unsafe.ReadUnaligned<uint>(ref item)));
        }

        return filled;
    }

    public void Wake()
    {
        try
        {
            Span<byte> one = stackalloc byte[sizeof(long)];
            MemoryMarshal.Write(one, 1L);
            // The one possible failure is a full counter, after 2^64 wake-ups.
            _ = Interop.Write(_wake, ref one[0], one.Length);
        }
        catch (ObjectDisposedException)
        {
            // Ended meanwhile: nobody waits.
        }
    }

    public void Dispose()
    {
        _epoll.Dispose();
        _wake.Dispose();
    }

    private static uint Wanted(Interest interest) =>
        ((interest & Interest.Read) != 0 ? Interop.EpollIn : 0) | ((interest & Interest.Write) != 0 ? Interop.EpollOut : 0);

    private static Interest Seen(uint events)
    {
        var seen = (events & Interop.EpollIn) != 0 ? Interest.Read : Interest.None;
        if ((events & Interop.EpollOut) != 0) seen |= Interest.Write;
        if ((events & (Interop.EpollError | Interop.EpollHangUp)) != 0) seen |= Interest.Failed;
        return seen;
    }

    // Two events with known data must come back as they went in, which shows size and place of the fields at once.
    private bool TrySelf()
    {
        const long Marker = 0x1122334455667788;
        using var other = Interop.EventCreate(1, Interop.CloseOnExec | Interop.NonBlocking);
        if (other.IsInvalid) return false;
        try
        {
            Control(Interop.EpollAdd, other, Marker, Interop.EpollIn);
            Control(Interop.EpollAdd, _wake, Marker + 1, Interop.EpollIn | Interop.EpollEdge);
            Wake();
            Span<Readiness> ready = stackalloc Readiness[3];
            if (Wait(ready, 0) != 2) return false;
            var sum = ready[0].Token + ready[1].Token;
            if (ready[0].Seen != Interest.Read || ready[1].Seen != Interest.Read || sum != (2 * Marker) + 1) return false;
            Control(Interop.EpollDelete, other, 0, 0);
            Control(Interop.EpollChange, _wake, WakeToken, Interop.EpollIn | Interop.EpollEdge);
            return Wait(ready, 0) == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    private void Control(int operation, SafeHandle descriptor, long token, uint events)
    {
        Span<byte> change = stackalloc byte[Layout.Largest];
        MemoryMarshal.Write(change, events);
        MemoryMarshal.Write(change[_layout.DataOffset..], token);
        if (Interop.EpollControl(_epoll, operation, descriptor, ref change[0]) < 0) throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    /// <summary>How the kernel lays <c>struct epoll_event</c> out: packed on x86, by natural alignment elsewhere.</summary>
    internal readonly record struct Layout(int Size, int DataOffset)
    {
        public const int Largest = 16;

        public static Layout Packed => new(12, 4);

        public static Layout Natural => new(16, 8);

        public static Layout OfThisProcessor =>
            RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86 ? Packed : Natural;
    }
}
