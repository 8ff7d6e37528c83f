using System.Net.Sockets;

namespace Gatehouse.Sdk.Io;

/// <summary>What a socket is watched for, and what was seen. Failure is reported without being asked for.</summary>
[Flags]
internal enum Interest : byte
{
    None = 0,
    Read = 1,
    Write = 2,

    /// <summary>Both directions are gone; only ever reported.</summary>
    Failed = 4,
}

/// <summary>One socket that is ready, by the token that it was added with.</summary>
internal readonly record struct Readiness(long Token, Interest Seen);

/// <summary>The system's way to wait for many sockets at once, level-triggered. One thread, except for <see cref="Wake"/>.</summary>
internal interface IPoller : IDisposable
{
    void Add(Socket socket, long token, Interest interest);

    void Change(Socket socket, long token, Interest interest);

    void Remove(Socket socket);

    /// <summary>Fills in what is ready, waiting at most so many milliseconds (-1: for ever); 0 after <see cref="Wake"/>.</summary>
    int Wait(Span<Readiness> ready, int milliseconds);

    /// <summary>Ends the present wait, or the next one at once. Any thread, also after the end.</summary>
    void Wake();
}
