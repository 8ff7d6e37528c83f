namespace Gatehouse.Connectors.Majordomo;

/// <summary>Callers of the hub while requests of theirs wait. All that comes from one origin is one caller's.</summary>
internal sealed class HubCallers
{
    private readonly Dictionary<string, Caller> _callers = [];

    public Caller? Find(HubCall call) => _callers.GetValueOrDefault(call.Origin.Text);

    /// <summary>A call begins to wait.</summary>
    public Caller Enter(HubCall call)
    {
        if (!_callers.TryGetValue(call.Origin.Text, out var caller)) _callers.Add(call.Origin.Text, caller = new Caller());
        return caller;
    }

    /// <summary>A call that waited has left its queue.</summary>
    public void Leave(HubCall call)
    {
        if (_callers[call.Origin.Text].Waiting == 0) _callers.Remove(call.Origin.Text);
    }
}
