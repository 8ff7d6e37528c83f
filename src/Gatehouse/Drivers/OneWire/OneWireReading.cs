namespace Gatehouse.Drivers.OneWire;

/// <summary>Why a reading is not simply good.</summary>
internal enum RejectReason : byte
{
    None,

    /// <summary>The chip has not finished measuring.</summary>
    Converting,

    /// <summary>The file could not be read.</summary>
    Unreadable,

    /// <summary>The text is not what the kernel writes.</summary>
    Malformed,

    /// <summary>The kernel found the checksum wrong: what it shows beside it is old.</summary>
    KernelChecksum,

    /// <summary>The checksum is wrong although the kernel found it right.</summary>
    Checksum,

    /// <summary>All bytes are zero, with a checksum that fits: the wire is shorted to ground.</summary>
    Shorted,

    /// <summary>More than the chip can measure, as it answers when it is short of power.</summary>
    TooLittlePower,

    /// <summary>85 °C, which the chip also says when it has just got power and measured nothing.</summary>
    PowerOn,
}

/// <summary>What one look at a thermometer gave.</summary>
/// <param name="Reason">None when it is simply good.</param>
/// <param name="Celsius">The temperature; null when there is none to show.</param>
internal readonly record struct OneWireReading(RejectReason Reason, double? Celsius)
{
    /// <summary>It may be true the next time: worth another measurement at once.</summary>
    public bool IsDoubtful => Reason is RejectReason.PowerOn or RejectReason.TooLittlePower or RejectReason.Shorted;

    public static OneWireReading Of(RejectReason reason) => new(reason, null);

    /// <summary>The reason in words, for people.</summary>
    public static string Words(RejectReason reason) => reason switch
    {
        RejectReason.None => "well",
        RejectReason.Converting => "not finished measuring",
        RejectReason.Unreadable => "its file cannot be read",
        RejectReason.Malformed => "its file is not what the kernel writes",
        RejectReason.KernelChecksum or RejectReason.Checksum => "the checksum is wrong; check the cable and its pull-up resistor",
        RejectReason.Shorted => "it answers zeros only; the data wire may be shorted to ground",
        RejectReason.TooLittlePower => "it answers more than it can measure; it may be short of power",
        _ => "it answers 85 °C, its value before the first measurement; it may be short of power",
    };
}
