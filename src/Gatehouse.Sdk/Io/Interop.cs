using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Gatehouse.Sdk.Io;

/// <summary>The native calls of the readiness loop, Linux only.</summary>
internal static partial class Interop
{
    public const int EpollAdd = 1;
    public const int EpollDelete = 2;
    public const int EpollChange = 3;
    public const uint EpollIn = 0x1;
    public const uint EpollOut = 0x4;
    public const uint EpollError = 0x8;
    public const uint EpollHangUp = 0x10;
    public const uint EpollEdge = 1u << 31;
    public const int CloseOnExec = 0x80000; // EPOLL_CLOEXEC and EFD_CLOEXEC alike
    public const int NonBlocking = 0x800; // EFD_NONBLOCK
    public const int DontWait = 0x40; // MSG_DONTWAIT
    public const int NoSignal = 0x4000; // MSG_NOSIGNAL
    public const int Interrupted = 4; // EINTR
    public const int Again = 11; // EAGAIN
    public const int BrokenPipe = 32; // EPIPE
    public const int ConnectionReset = 104; // ECONNRESET

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial SafeFileHandle EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int EpollControl(SafeFileHandle epoll, int operation, SafeHandle descriptor, ref byte change);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int EpollWait(SafeFileHandle epoll, ref byte events, int capacity, int milliseconds);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    public static partial SafeFileHandle EventCreate(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(SafeFileHandle descriptor, ref byte bytes, nint count);

    // The two of the hot path take the bare descriptor: a SafeHandle's count costs two interlocked operations for each call, and
    // a LoopSocket is closed by the one thread that uses it.
    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(nint descriptor, ref byte bytes, nint count, int flags);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    public static partial nint Send(nint descriptor, ref byte bytes, nint count, int flags);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int folder, string path, int flags, uint wanted, ref byte status);

    /// <summary>Whether the file at this path is a socket. False where this system does not tell.</summary>
    public static bool IsSocketFile(string path)
    {
        const int CurrentFolder = -100; // AT_FDCWD
        const int ModeAt = 28; // of struct statx, which is laid out alike on every processor
        const int TypeBits = 0xF000; // S_IFMT
        const int SocketType = 0xC000; // S_IFSOCK
        if (!OperatingSystem.IsLinux()) return false;
        Span<byte> status = stackalloc byte[256];
        return StatX(CurrentFolder, path, 0, 1, ref status[0]) == 0
            && (MemoryMarshal.Read<ushort>(status[ModeAt..]) & TypeBits) == SocketType;
    }
}
