using System.Text;
using Gatehouse.Sdk.Majordomo;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Connectors.Majordomo;

/// <summary>One client's search for names, <c>mmi.discovery</c>, with all that it takes to carry it out on another thread.</summary>
/// <param name="asked">The request: its last frame is the pattern, the others come back. One without frames asks for the empty one.</param>
/// <param name="names">What there was to find at that moment, in order.</param>
internal sealed class NameSearch(Frames asked, IReadOnlyCollection<string> names)
{
    /// <summary>The reply: the frames that come back, what was found, and the status.</summary>
    public Frames Run(Discovery discovery)
    {
        var reply = new List<byte[]>();
        for (var i = 0; i < asked.Count - 1; i++) reply.Add(asked[i].ToArray());
        var pattern = asked.Count > 0 ? asked[asked.Count - 1] : default;
        var isDone = discovery.TryFind(pattern.Span, names, out var found);
        if (isDone) reply.AddRange(found!.Select(Encoding.UTF8.GetBytes));
        reply.Add((isDone ? Mdp.Ok : Mdp.NotImplemented).ToArray());
        return Frames.Of(reply);
    }
}
