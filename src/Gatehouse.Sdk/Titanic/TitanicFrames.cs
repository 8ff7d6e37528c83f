using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Titanic;

/// <summary>Bodies with a frame put before them, or taken away.</summary>
internal static class TitanicFrames
{
    public static Frames Before(ReadOnlyMemory<byte> first, Frames rest)
    {
        var sizes = new int[rest.Count + 1];
        sizes[0] = first.Length;
        for (var i = 0; i < rest.Count; i++) sizes[i + 1] = rest[i].Length;
        return Frames.Create(
            sizes, (First: first, Others: rest), static (i, frame, all) => (i == 0 ? all.First : all.Others[i - 1]).Span.CopyTo(frame));
    }

    public static Frames Without(int first, Frames all)
    {
        if (all.Count <= first) return Frames.None;
        var sizes = new int[all.Count - first];
        for (var i = 0; i < sizes.Length; i++) sizes[i] = all[i + first].Length;
        return Frames.Create(sizes, (First: first, All: all), static (i, frame, of) => of.All[i + of.First].Span.CopyTo(frame));
    }
}
