using System.Globalization;
using System.Text;
using Gatehouse.Sdk.Majordomo;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Sdk.Titanic;

/// <summary>
/// Asks services by requests that are kept on disk until they are answered and closed (RFC 9): a hub's queue, or any Titanic. Client,
/// server and worker may come and go meanwhile; the id is all that has to be remembered. Any number of requests at a time, from any thread.
/// </summary>
public sealed class TitanicClient : IAsyncDisposable
{
    private const string RequestService = "titanic.request";
    private const string ReplyService = "titanic.reply";
    private const string CloseService = "titanic.close";

    private readonly ITitanicExchange _exchange;
    private readonly TitanicClientOptions _options;
    private readonly TitanicCallbacks _callbacks;

    // Each takes a connection as long as it lasts: some are left for what is quick.
    private readonly SemaphoreSlim _longPolls;
    private long _unclosed;

    /// <summary>Makes a client. It connects when it is first asked.</summary>
    /// <param name="address">The broker's address, such as <c>tcp://127.0.0.1:5514</c>.</param>
    /// <param name="options">How it asks; null for the defaults.</param>
    /// <exception cref="ZmtpException">It is not an address to connect to.</exception>
    public TitanicClient(string address, TitanicClientOptions? options = null)
        : this(static (address, options) => new MdpExchange(new MdpClient(address, options.Mdp), options.Mdp.Deadline), address, options)
    {
    }

    private TitanicClient(
        Func<string, TitanicClientOptions, ITitanicExchange> connect, string address, TitanicClientOptions? options)
        : this(connect(address, (options ?? new()).Checked()), options ?? new())
    {
    }

    internal TitanicClient(ITitanicExchange exchange, TitanicClientOptions options)
    {
        (_exchange, _options) = (exchange, options);
        _longPolls = new SemaphoreSlim(Math.Max(1, options.Mdp.Lanes / 2));
        _callbacks = new TitanicCallbacks();
        Store = new TitanicStore(exchange);
    }

    /// <summary>Told of what a callback threw, on the same thread. What it throws itself comes out of <see cref="DisposeAsync"/>.</summary>
    public event Action<Exception>? Failed
    {
        add => _callbacks.Failed += value;
        remove => _callbacks.Failed -= value;
    }

    /// <summary>Small values kept by the same server, by service, section and key.</summary>
    public TitanicStore Store { get; }

    /// <summary>Requests whose callback has not ended.</summary>
    public long Pending => _callbacks.Pending;

    /// <summary>
    /// Answers of <see cref="CallAsync"/> and <see cref="Send"/> whose request could not be closed; the server forgets them in time.
    /// </summary>
    public long Unclosed => Volatile.Read(ref _unclosed);

    /// <summary>
    /// Has a request kept for a service, and waits until the server has it on disk. It is repeated with the same id while no
    /// acknowledgement comes, so it is one request however often it is sent.
    /// </summary>
    /// <param name="service">The service that is to answer.</param>
    /// <param name="frames">The body for it.</param>
    /// <param name="id">
    /// 1 to 128 visible ASCII characters that are the caller's own; the same request with the same id is the same request, also after a
    /// restart of the caller. Null for a new one.
    /// </param>
    /// <param name="stop">Gives it up. The request may have been kept all the same.</param>
    /// <returns>The id to ask for the answer with.</returns>
    /// <exception cref="ArgumentException">The name or the id is none.</exception>
    /// <exception cref="NotSupportedException">An id was given, and the options say that this server takes none.</exception>
    /// <exception cref="TitanicRefusedException">The id has another content already, or the server takes no such name.</exception>
    /// <exception cref="TitanicUnavailableException">Nothing came of it in <see cref="TitanicClientOptions.Patience"/>.</exception>
    public async Task<string> RequestAsync(string service, Frames frames = default, string? id = null, CancellationToken stop = default)
    {
        var (name, body) = Prepare(service, frames, ref id);
        var answer = await InsistAsync(name, body, id, stop).ConfigureAwait(false);
        if (answer.Count > 1 && answer[1].Length > 0) return answer.Text(1);
        return id ?? throw new TitanicUnavailableException(null, $"{RequestService} answered 200 without an id");
    }

    /// <summary>How a request stands, as far as the server knows.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="stop">Gives the question up.</param>
    /// <exception cref="MdpException">There is no reply; the leaf says why.</exception>
    /// <exception cref="TitanicUnavailableException">There is no Titanic, or it cannot tell at present.</exception>
    public async Task<TitanicState> StatusAsync(string id, CancellationToken stop = default) =>
        (await AskAsync(id, stop).ConfigureAwait(false)).State;

    /// <summary>The answer to a request; null while there is none. It may be asked for again until the request is closed.</summary>
    /// <param name="id">The request's id.</param>
    /// <param name="stop">Gives the question up.</param>
    /// <exception cref="TitanicUnknownException">There is no such request, or it was given up.</exception>
    /// <exception cref="MdpException">There is no reply; the leaf says why.</exception>
    /// <exception cref="TitanicUnavailableException">There is no Titanic, or it cannot tell at present.</exception>
    public async Task<Frames?> ReplyAsync(string id, CancellationToken stop = default)
    {
        var (state, frames) = await AskAsync(id, stop).ConfigureAwait(false);
        if (state == TitanicState.Unknown) throw new TitanicUnknownException(id);
        return state == TitanicState.Answered ? frames : null;
    }

    /// <summary>Has the server forget a request and its answer. That of an unknown id does nothing, so it may be repeated.</summary>
    /// <param name="id">The request's id.</param>
    /// <param name="stop">Gives it up.</param>
    /// <exception cref="TitanicUnavailableException">Nothing came of it in <see cref="TitanicClientOptions.Patience"/>.</exception>
    public Task CloseAsync(string id, CancellationToken stop = default) =>
        InsistAsync(CloseService, Frames.Of(TitanicChecks.Id(id, nameof(id))), id, stop);

    /// <summary>
    /// Waits for the answer to a request for as long as that takes, whatever happens to the broker, the server or the network in between.
    /// It does not close the request.
    /// </summary>
    /// <param name="id">The request's id, maybe of an earlier run of this program.</param>
    /// <param name="stop">Gives the wait up; the request goes on.</param>
    /// <exception cref="TitanicUnknownException">There is no such request, or it was given up.</exception>
    public async Task<Frames> WaitAsync(string id, CancellationToken stop = default)
    {
        var name = Encoding.ASCII.GetBytes(TitanicChecks.Id(id, nameof(id)));
        var pacing = new TitanicPacing(_options);
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            var patience = TimeSpan.Zero;
            var hasSlot = _options.TakesIds && _options.LongPoll > TimeSpan.Zero && _longPolls.Wait(0, CancellationToken.None);
            var begun = _options.Time.GetTimestamp();
            MdpResult result;
            try
            {
                if (hasSlot) patience = _options.LongPoll;
                result = await _exchange.TryCallAsync(ReplyService, Question(name, patience), patience, stop).ConfigureAwait(false);
            }
            finally
            {
                if (hasSlot) _longPolls.Release();
            }
            var code = result.IsOk ? TitanicAnswer.Read(result.Frames) : TitanicCode.Failed;
            if (code == TitanicCode.Ok) return TitanicFrames.Without(1, result.Frames);
            if (code == TitanicCode.Refused) throw new TitanicUnknownException(id);
            var pause = code == TitanicCode.Pending
                ? pacing.Pending(patience, _options.Time.GetElapsedTime(begun), _options.Random())
                : pacing.Failed(_options.Random());
            if (pause > TimeSpan.Zero) await Task.Delay(pause, _options.Time, stop).ConfigureAwait(false);
        }
    }

    /// <summary>Has a request kept, waits for its answer, and closes it.</summary>
    /// <param name="service">The service that is to answer.</param>
    /// <param name="frames">The body for it.</param>
    /// <param name="id">As with <see cref="RequestAsync"/>: a program that was killed meanwhile can call again with the same.</param>
    /// <param name="stop">Gives the wait up; a request that was kept goes on.</param>
    /// <returns>What the service answered.</returns>
    /// <exception cref="ArgumentException">The name or the id is none.</exception>
    /// <exception cref="TitanicRefusedException">The server refuses the request.</exception>
    /// <exception cref="TitanicUnavailableException">It could not be kept in <see cref="TitanicClientOptions.Patience"/>.</exception>
    /// <exception cref="TitanicUnknownException">The server has given the request up, or forgot it.</exception>
    public Task<Frames> CallAsync(string service, Frames frames = default, string? id = null, CancellationToken stop = default) =>
        FollowAsync(service, frames, id, null, stop);

    /// <summary>
    /// As <see cref="CallAsync"/>, and the answer goes to a callback. Returns at once. Callbacks come one after the other, on a thread of
    /// the pool, each exactly once for what was sent.
    /// </summary>
    /// <param name="service">The service that is to answer.</param>
    /// <param name="frames">The body for it.</param>
    /// <param name="callback">Is told how it ended, also when the client is disposed of before.</param>
    /// <param name="id">As with <see cref="RequestAsync"/>.</param>
    /// <returns>The id; empty when the server makes it (<see cref="TitanicClientOptions.TakesIds"/>), and the callback is told.</returns>
    /// <exception cref="ArgumentException">The name or the id is none.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed of.</exception>
    public string Send(string service, Frames frames, Action<TitanicResult> callback, string? id = null)
    {
        ArgumentNullException.ThrowIfNull(callback);
        Prepare(service, frames, ref id);
        _callbacks.Start(callback, id ?? "", (told, stop) => FollowAsync(service, frames, id, told, stop));
        return id ?? "";
    }

    /// <summary>
    /// Closes the connections. What was sent with a callback ends with an error, for this client only: the requests go on, and their ids
    /// lead to their answers.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        await _callbacks.DisposeAsync().ConfigureAwait(false);
        await _exchange.DisposeAsync().ConfigureAwait(false);
        _longPolls.Dispose();
    }

    private async Task<Frames> FollowAsync(string service, Frames frames, string? id, Action<string>? told, CancellationToken stop)
    {
        id = await RequestAsync(service, frames, id, stop).ConfigureAwait(false);
        told?.Invoke(id);
        var answer = await WaitAsync(id, stop).ConfigureAwait(false);
        try
        {
            await CloseAsync(id, stop).ConfigureAwait(false);
        }
        catch (Exception error) when (error is TitanicException or OperationCanceledException)
        {
            // The answer is what was called for; what stays behind is counted.
            Interlocked.Increment(ref _unclosed);
        }
        return answer;
    }

    private (string Service, Frames Body) Prepare(string service, Frames frames, ref string? id)
    {
        var target = MdpChecks.Service(service, nameof(service));
        if (!_options.TakesIds)
        {
            if (id is not null) throw new NotSupportedException("This Titanic makes the ids itself: the option TakesIds is false.");
            // RFC 9 wants an argument at least, and RasPy's broker does not survive a request without.
            return (RequestService, TitanicFrames.Before(target, frames.Count > 0 ? frames : Frames.Of("")));
        }
        id = id is null ? Guid.NewGuid().ToString("N") : TitanicChecks.Id(id, nameof(id));
        return ($"{RequestService}.{id}", TitanicFrames.Before(target, frames));
    }

    private static Frames Question(byte[] id, TimeSpan patience) => patience <= TimeSpan.Zero
        ? Frames.Of(id)
        : Frames.Of([id, Encoding.ASCII.GetBytes(((long)patience.TotalMilliseconds).ToString(CultureInfo.InvariantCulture))]);

    private async Task<(TitanicState State, Frames Frames)> AskAsync(string id, CancellationToken stop)
    {
        var question = Frames.Of(TitanicChecks.Id(id, nameof(id)));
        var answer = (await _exchange.TryCallAsync(ReplyService, question, TimeSpan.Zero, stop).ConfigureAwait(false)).OrThrow();
        return TitanicAnswer.Read(answer) switch
        {
            TitanicCode.Ok => (TitanicState.Answered, TitanicFrames.Without(1, answer)),
            TitanicCode.Pending => (TitanicState.Pending, Frames.None),
            TitanicCode.Refused => (TitanicState.Unknown, Frames.None),
            var code => throw new TitanicUnavailableException(id, Why(code, ReplyService)),
        };
    }

    // Asks until it is acknowledged, refused, or the patience ends.
    private async Task<Frames> InsistAsync(string service, Frames body, string? id, CancellationToken stop)
    {
        var pacing = new TitanicPacing(_options);
        var begun = _options.Time.GetTimestamp();
        while (true)
        {
            var result = await _exchange.TryCallAsync(service, body, TimeSpan.Zero, stop).ConfigureAwait(false);
            var code = result.IsOk ? TitanicAnswer.Read(result.Frames) : TitanicCode.Failed;
            if (code == TitanicCode.Ok) return result.Frames;
            if (code == TitanicCode.Refused) throw new TitanicRefusedException(id, TitanicAnswer.Text(result.Frames));
            var why = result.IsOk ? Why(code, service) : result.Reason!;
            // To one that takes no ids it would be another request: it is repeated only when it cannot have arrived.
            var mayRepeat = id is not null || result.IsOk || result.Outcome is MdpOutcome.Unreachable or MdpOutcome.Busy;
            if (!mayRepeat) throw new TitanicUnavailableException(null, $"it may have been kept, and its id is not known: {why}");
            var pause = pacing.Failed(_options.Random());
            if (_options.Time.GetElapsedTime(begun) + pause >= _options.Patience) throw new TitanicUnavailableException(id, why);
            await Task.Delay(pause, _options.Time, stop).ConfigureAwait(false);
        }
    }

    private static string Why(TitanicCode code, string service) => code switch
    {
        TitanicCode.Nobody => $"nobody serves {service} at present",
        TitanicCode.Failed => $"{service} answered 500, it cannot do it at present",
        _ => $"what answers as {service} is no Titanic",
    };
}
