using Gatehouse.Sdk.Values;

namespace Gatehouse.History;

/// <summary>How the value of a packed point is written.</summary>
internal enum PointForm : byte
{
    /// <summary>As the value before it; nothing follows.</summary>
    Same,
    Null,
    False,
    True,

    /// <summary>The difference to the integer before it.</summary>
    Integer,

    /// <summary>The difference in units of the last decimal place, of which there are as many as before.</summary>
    Decimal,

    /// <summary>The number of decimal places, then the number without its point.</summary>
    FirstDecimal,

    /// <summary>The bits that differ from the real before it: how many zero bytes lead, how many bytes follow, and these.</summary>
    Real,

    /// <summary>A number by its own text.</summary>
    NumberText,
    Text,
    Json,
    Bytes,
}

/// <summary>
/// What reader and writer of packed points both remember of the points before, and the numbers both compute from it.
/// </summary>
/// <remarks>
/// A point is one tag byte (bits 0 to 3 its <see cref="PointForm"/>, 4 and 5 its quality, 6 set when its distance in time is that of the
/// point before, 7 when it is a removal), the change of that distance, and its value. Most readings of a sensor take three or four bytes.
/// </remarks>
internal struct PointContext
{
    public const int FormMask = 0x0F;
    public const int QualityShift = 4;
    public const int QualityMask = 0x30;
    public const int SameStepBit = 0x40;
    public const int RemovedBit = 0x80;
    public const int MaxPlaces = 6;

    private static readonly double[] Powers = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000];

    /// <summary>Ticks of the point before, and its distance from the one before that.</summary>
    public long Time, Step;

    public long Integer;
    public long RealBits;

    /// <summary>The last decimal without its point, and its number of places.</summary>
    public long Digits;
    public int Places;

    public Value Value;

    /// <summary>The real that has these digits and places; what the writer found to be exact, the reader finds again.</summary>
    public static double ToReal(long digits, int places) => digits / Powers[places];

    /// <summary>The digits of a real that is exactly a decimal with so many places.</summary>
    public static bool TryGetDigits(double real, int places, out long digits)
    {
        const double Exact = 1L << 53;
        var scaled = Math.Round(real * Powers[places]);
        digits = 0;
        if (!(Math.Abs(scaled) < Exact)) return false;
        digits = (long)scaled;
        return BitConverter.DoubleToInt64Bits(ToReal(digits, places)) == BitConverter.DoubleToInt64Bits(real);
    }
}
