using Gatehouse.Sdk.Values;

namespace Gatehouse.Services;

/// <summary>A call whose caller awaits the reply.</summary>
internal sealed class AwaitedCall(string name, Frames frames, TimeSpan deadline, Origin origin) : Call(name, frames, deadline, origin)
{
    // Continuations run elsewhere: whoever completes the call must not be held up by its caller.
    private readonly TaskCompletionSource<Reply> _reply = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<Reply> Reply => _reply.Task;

    protected override void OnEnded(in Reply reply) => _reply.SetResult(reply);
}
