namespace Gatehouse.Drivers.System;

/// <summary>Processes that wanted to run, on average over 1, 5 and 15 minutes: the start of <c>/proc/loadavg</c>.</summary>
internal readonly record struct LoadAverage(double One, double Five, double Fifteen)
{
    public static bool TryParse(ReadOnlySpan<byte> text, out LoadAverage load)
    {
        var words = new Words(text.TrimEnd((byte)'\n'));
        var known = TryNext(ref words, out var one) & TryNext(ref words, out var five) & TryNext(ref words, out var fifteen);
        load = known ? new LoadAverage(one, five, fifteen) : default;
        return known;
    }

    private static bool TryNext(ref Words words, out double number)
    {
        number = 0;
        return words.TryNext(out ReadOnlySpan<byte> word) && ProcText.TryParseReal(word, out number);
    }
}
