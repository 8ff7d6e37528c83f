namespace Gatehouse.Drivers.System;

/// <summary>
/// A small file of proc or sys, read whole again and again through one handle into one buffer. A file that is not there, or answers
/// nothing, is opened anew the next time. One thread at a time; the read may block for ever.
/// </summary>
internal sealed class ProcFile(string path, int usualSize = 64) : IDisposable
{
    private const int MaxSize = 1 << 20;

    private byte[] _buffer = new byte[usualSize];
    private FileStream? _file;

    /// <summary>Reads it. The text is good until the next read.</summary>
    public bool TryRead(out ReadOnlySpan<byte> text)
    {
        text = default;
        try
        {
            if (_file is null && !File.Exists(path)) return false;
            _file ??= new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            var length = Fill(_file);
            text = _buffer.AsSpan(0, length);
            if (length > 0) return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The device behind it went, or has nothing to say now: to the reader it is not there.
        }
        Dispose();
        return false;
    }

    public void Dispose()
    {
        _file?.Dispose();
        _file = null;
    }

    private int Fill(FileStream file)
    {
        if (file.CanSeek) file.Position = 0;
        for (var length = 0; ;)
        {
            if (length == _buffer.Length) Array.Resize(ref _buffer, length * 2);
            var count = file.Read(_buffer, length, _buffer.Length - length);
            length += count;
            if (count == 0 || length >= MaxSize) return length;
        }
    }
}
