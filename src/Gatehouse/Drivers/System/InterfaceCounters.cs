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
        if (!TryNext(ref words, out var received) || !words.TrySkip(5) || !TryNext(ref words, out var sent)) return false;
        counters = new InterfaceCounters(received.Bytes, received.Packets, received.Errors, sent.Bytes, sent.Packets, sent.Errors);
        return true;
    }

    private static bool TryNext(ref Words words, out (ulong Bytes, ulong Packets, ulong Errors) counters)
    {
        counters = default;
        return words.TryNext(out counters.Bytes) && words.TryNext(out counters.Packets) && words.TryNext(out counters.Errors);
    }
}
