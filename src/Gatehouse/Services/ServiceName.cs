using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Gatehouse.Services;

/// <summary>
/// The name of a service, or with a dot at its end a prefix: a family of names that cannot be listed. At most 255 bytes,
/// no control characters.
/// </summary>
internal readonly record struct ServiceName
{
    public const int MaxBytes = 255;

    private ServiceName(string text) => Text = text;

    public string Text { get; }

    public bool IsPrefix => Text[^1] == '.';

    public static ServiceName Parse(string text) =>
        TryParse(text, out var name)
            ? name
            : throw new FormatException($"A service name has 1 to {MaxBytes} bytes and no control characters.");

    public static bool TryParse([NotNullWhen(true)] string? text, out ServiceName name)
    {
        var valid = !string.IsNullOrEmpty(text) && !text.Any(char.IsControl) && Encoding.UTF8.GetByteCount(text) <= MaxBytes;
        name = valid ? new ServiceName(text!) : default;
        return valid;
    }

    public override string ToString() => Text;
}
