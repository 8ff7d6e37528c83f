using System.Text;

namespace Gatehouse.Cli;

/// <summary>Text of a hub on its way to who reads the results: a program gets it as it is, a terminal without control characters.</summary>
internal sealed class ResultStream(ClientRunner runner) : Stream
{
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (runner.Console.Width is null)
        {
            await runner.PrintAsync(buffer, cancellationToken);
            return;
        }
        var text = new char[_decoder.GetCharCount(buffer.Span, flush: false)];
        _decoder.GetChars(buffer.Span, text, flush: false);
        // What ends a line of CSV moves the cursor nowhere that matters.
        var lines = new string(text).Replace("\r", "", StringComparison.Ordinal);
        await runner.PrintAsync(TerminalText.Escape(lines, keepLines: true), cancellationToken);
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
