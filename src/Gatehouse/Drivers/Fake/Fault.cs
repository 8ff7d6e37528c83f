using System.Globalization;

namespace Gatehouse.Drivers.Fake;

/// <summary>What a made-up sensor can suffer from.</summary>
internal enum FaultKind
{
    /// <summary>It repeats one value.</summary>
    Stuck,

    /// <summary>Its values are off by an amount.</summary>
    Spike,

    /// <summary>It says nothing.</summary>
    Silence,
}

/// <summary>One fault, as the service <c>fake.fault</c> is asked for it.</summary>
/// <param name="Sensor">Which sensor: <c>device/property</c>.</param>
/// <param name="Seconds">How long; zero ends the one that it has.</param>
/// <param name="Amount">How far a spike goes; null leaves that to the sensor.</param>
internal sealed record Fault(string Sensor, FaultKind Kind, double Seconds, double? Amount)
{
    public const string Kinds = "stuck, spike, silence";

    private const double MostSeconds = 86_400;

    /// <summary>Reads the frames; null with the reason in words when they make no sense.</summary>
    public static Fault? Parse(IReadOnlyList<string> frames, out string? reason)
    {
        reason = null;
        if (frames.Count is < 3 or > 4)
        {
            reason = $"give three or four frames: device/property, kind ({Kinds}), seconds, and the amount of a spike";
            return null;
        }
        FaultKind? kind = frames[1] switch
        {
            "stuck" => FaultKind.Stuck,
            "spike" => FaultKind.Spike,
            "silence" => FaultKind.Silence,
            _ => null,
        };
        if (kind is null) reason = $"kind: '{frames[1]}' is no fault; there are {Kinds}";
        if (!TryNumber(frames[2], out var seconds) || seconds is < 0 or > MostSeconds)
        {
            reason ??= $"seconds: a number from 0, which ends a fault, to {MostSeconds}";
        }
        double? amount = null;
        if (frames.Count == 4)
        {
            if (kind is not null and not FaultKind.Spike) reason ??= "amount: only a spike has one";
            if (TryNumber(frames[3], out var number)) amount = number;
            else reason ??= "amount: a number, in the unit of the property";
        }
        return reason is null ? new Fault(frames[0], kind!.Value, seconds, amount) : null;
    }

    private static bool TryNumber(string text, out double number) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);
}
