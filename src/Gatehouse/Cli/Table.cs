using System.Text;

namespace Gatehouse.Cli;

/// <summary>Rows under headings, in columns that are as wide as what is in them.</summary>
internal static class Table
{
    private const int Gap = 2;
    private const int Narrowest = 8;

    /// <summary>Renders the table; nothing when there are no rows.</summary>
    /// <param name="headings">One for each column.</param>
    /// <param name="rows">Cells that are fit for a terminal.</param>
    /// <param name="flexible">The column whose cells may be cut to fit.</param>
    /// <param name="width">The columns there are; null cuts nothing.</param>
    public static string Render(IReadOnlyList<string> headings, IReadOnlyList<IReadOnlyList<string>> rows, int flexible, int? width)
    {
        if (rows.Count == 0) return "";
        var widths = headings.Select((_, i) => rows.Append(headings).Max(row => TerminalText.Width(row[i]))).ToArray();
        if (width is { } available)
        {
            var others = widths.Sum() - widths[flexible] + (Gap * (widths.Length - 1));
            widths[flexible] = Math.Min(widths[flexible], Math.Max(Narrowest, available - others));
        }
        var text = new StringBuilder();
        Append(text, headings, widths);
        foreach (var row in rows) Append(text, row, widths);
        return text.ToString();
    }

    private static void Append(StringBuilder text, IReadOnlyList<string> cells, int[] widths)
    {
        for (var i = 0; i < cells.Count; i++)
        {
            var cell = TerminalText.Cut(cells[i], widths[i]);
            text.Append(cell);
            if (i < cells.Count - 1) text.Append(' ', widths[i] - TerminalText.Width(cell) + Gap);
        }
        text.Append('\n');
    }
}
