namespace Gatehouse.Tests.Fuzz;

/// <summary>
/// Changes one thing in a conversation made of parts: a bit, a byte, a length, a flag, the order, a cut, a repetition, a part of another
/// conversation. Writes into one buffer, so that it costs less than what it tests.
/// </summary>
internal sealed class ZmtpMutation(Random random, int most)
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _size;

    public ReadOnlySpan<byte> Buffer => _buffer.AsSpan(0, _size);

    public ReadOnlySpan<byte> Change(byte[][] parts, byte[][] foreign)
    {
        _size = 0;
        var (chosen, other) = (random.Next(parts.Length), random.Next(parts.Length));
        // Most changes go to where the stages are: the later parts of a conversation are many.
        if (random.Next(3) == 0) chosen = random.Next(Math.Min(3, parts.Length));
        var kind = random.Next(13);
        // How often a part is repeated, to pass the limits of counts.
        var times = kind == 7 ? random.Next(2, random.Next(8) == 0 ? 60 : 4) : 1;
        for (var i = 0; i < parts.Length; i++)
        {
            var start = _size;
            if (i != chosen) Append(parts[kind == 6 && i == other ? chosen : i]);
            else if (kind == 6) Append(parts[other]);
            else if (kind == 12) Append(foreign[random.Next(foreign.Length)]);
            else if (kind != 8) Repeat(parts[i], times);
            if (i == chosen && _size > start) ChangePart(kind, start);
        }

        if (kind == 9) _size = random.Next(_size + 1);
        return Buffer;
    }

    private void ChangePart(int kind, int start)
    {
        var at = start + random.Next(_size - start);
        switch (kind)
        {
            case 0:
                _buffer[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                _buffer[at] = (byte)random.Next(256);
                break;
            case 2:
                // The size of the frame, or what stands in its place in the greeting.
                _buffer[Math.Min(start + 1, _size - 1)] = (byte)random.Next(256);
                break;
            case 3:
                _buffer[start] = (byte)random.Next(16);
                break;
            case 4:
                Lengthen(start);
                break;
            case 5:
                // A byte less, or the size of a value.
                _buffer.AsSpan(at + 1, _size - at - 1).CopyTo(_buffer.AsSpan(at));
                _size--;
                break;
            case 10:
                // The first byte of the body is the size of a name.
                _buffer[Math.Min(start + 2, _size - 1)] = (byte)random.Next(12);
                break;
            case 11 when _size - start > 30:
                // Deep in the greeting stand mechanism and role, in metadata the sizes.
                _buffer[start + random.Next(9, Math.Min(34, _size - start))] = (byte)random.Next(4);
                break;
        }
    }

    // The long form of a header, with a size about the limits or beyond all.
    private void Lengthen(int start)
    {
        if (_size - start < 9) return;
        _buffer[start] |= 2;
        _buffer.AsSpan(start + 1, 8).Clear();
        var size = random.Next(4) switch
        {
            0 => random.Next(),
            1 => most + random.Next(-2, 3),
            2 => (8 * 1024) + random.Next(-1, 2),
            _ => (64 * 1024) + 1,
        };
        for (var i = 0; i < 4; i++) _buffer[start + 8 - i] = (byte)(size >> (8 * i));
        if (random.Next(6) == 0) _buffer[start + 1] = 0x80;
    }

    private void Repeat(byte[] part, int times)
    {
        for (; times > 0; times--) Append(part);
    }

    private void Append(byte[] part)
    {
        if (_size + part.Length > _buffer.Length) return;
        part.CopyTo(_buffer, _size);
        _size += part.Length;
    }
}
