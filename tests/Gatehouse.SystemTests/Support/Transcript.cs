namespace Gatehouse.SystemTests.Support;

/// <summary>The lines that a program has printed, and those who wait for one. Any thread.</summary>
internal sealed class Transcript
{
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];
    private TaskCompletionSource _more = New();
    private bool _ended;

    /// <summary>All of it.</summary>
    public string Text
    {
        get
        {
            lock (_lock) return string.Concat(_lines.Select(l => l + "\n"));
        }
    }

    /// <summary>Adds a line; null when there will be no more.</summary>
    public void Add(string? line)
    {
        lock (_lock)
        {
            if (line is null) _ended = true;
            else _lines.Add(line);
            _more.SetResult();
            _more = New();
        }
    }

    /// <summary>The first line that is wanted, when it has come; null when the program has ended without it.</summary>
    public async Task<string?> LineAsync(Func<string, bool> wanted)
    {
        for (var seen = 0; ;)
        {
            Task more;
            lock (_lock)
            {
                for (; seen < _lines.Count; seen++)
                {
                    if (wanted(_lines[seen])) return _lines[seen];
                }
                if (_ended) return null;
                more = _more.Task;
            }
            await more;
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
