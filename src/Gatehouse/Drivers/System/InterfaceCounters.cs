namespace Gatehouse.Drivers.System;

/// <summary>What a network interface has done since it is there: a line of <c>/proc/net/dev</c>.</summary>
internal readonly record struct InterfaceCounters(
    ulong ReceivedBytes, ulong ReceivedPackets, ulong ReceiveErrors, ulong SentBytes, ulong SentPackets, ulong SendErrors);

/// <summary>Reads the interfaces of <c>/proc/net/dev</c> but loopback, and counts the lines that make no sense.</summary>
internal ref struct InterfaceCountersReader(ReadOnlySpan<byte> text)
{
    private Lines _lines = new(text);

    public int Rejected { get; private set; }

    public bool TryNext(out ReadOnlySpan<byte> name, out InterfaceCounters counters)
    {
        while (_lines.TryNext(out var line))
        {
            // The two lines of headings are told by their bars. Large counters may follow the colon without a blank.
            if (line.Contains((byte)'|')) continue;
            var colon = line.IndexOf((byte)':');
            name = colon < 0 ? default : line[..colon].Trim((byte)' ');
            if (name.SequenceEqual("lo"u8)) continue;
            if (!name.IsEmpty && TryParse(line[(colon + 1)..], out counters)) return true;
            Rejected++;
        }
        name = default;
        counters = default;
        return false;
    }

    private static bool TryParse(ReadOnlySpan<byte> columns, out InterfaceCounters counters)
    {
        counters = default;
        var words = new Words(columns);
        if (!words.TryNext(out ulong receivedBytes) || !words.TryNext(out ulong receivedPackets) || !words.TryNext(out ulong receiveErrors)) return false;
        if (!words.TrySkip(5)) return false;
        if (!words.TryNext(out ulong sentBytes) || !words.TryNext(out ulong sentPackets) || !words.TryNext(out ulong sendErrors)) return false;
        counters = new InterfaceCounters(receivedBytes, receivedPackets, receiveErrors, sentBytes, sentPackets, sendErrors);
        return true;
    }
}
