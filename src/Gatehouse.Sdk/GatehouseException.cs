namespace Gatehouse.Sdk;

/// <summary>Everything that Gatehouse itself reports by throwing. Catch this one, or a leaf of it for one reason.</summary>
public abstract class GatehouseException : Exception
{
    private protected GatehouseException(string message, Exception? inner = null) : base(message, inner) { }
}

/// <summary>The text cannot be a key; <see cref="Error"/> says which rule it breaks.</summary>
public sealed class KeyFormatException(string text, Values.KeyError error)
    : GatehouseException($"'{Values.KeySegment.ForDisplay(text)}' is not a key: {Values.KeyErrors.Explain(error)}.")
{
    /// <summary>The rule that the text breaks.</summary>
    public Values.KeyError Error { get; } = error;
}

/// <summary>A value is larger than <see cref="Values.Value.MaxSize"/>. Store large things as blobs and refer to them.</summary>
public sealed class ValueTooLargeException(int size)
    : GatehouseException(
        $"The value has {size} bytes; a value has at most {Values.Value.MaxSize} bytes. Store it as a blob and set a reference.")
{
    /// <summary>Its size in bytes.</summary>
    public int Size { get; } = size;
}

/// <summary>Somebody else offers this service, or owns these keys, already.</summary>
public sealed class NameTakenException(string name, string holder)
    : GatehouseException($"'{name}' is taken by {holder}. Stop that part first, or choose another name.")
{
    /// <summary>The service name or key prefix asked for.</summary>
    public string Name { get; } = name;

    /// <summary>Who holds it.</summary>
    public string Holder { get; } = holder;
}

/// <summary>Nothing answers at the hub's address, or what answered broke off. Asking again later may help.</summary>
public sealed class HubUnreachableException(Uri address, string reason, Exception? inner = null)
    : GatehouseException(
        $"No hub answers at {address}: {reason.TrimEnd('.')}. Start one with 'gatehouse run', or check the address.", inner)
{
    /// <summary>Where it was looked for.</summary>
    public Uri Address { get; } = address;

    /// <summary>What went wrong, in words.</summary>
    public string Reason { get; } = reason;
}

/// <summary>The hub answered, and did not do it. The message is the hub's own, and says what to do where something can be done.</summary>
public sealed class HubRefusedException(int status, string title, string? detail = null)
    : GatehouseException(detail is null ? title : $"{title}: {detail}")
{
    /// <summary>
    /// The HTTP status: 400 wrong, 403 no right to, 404 not there, 405 read-only, 412 not the expected value, 502 failed, 503 busy, 504 no
    /// answer.
    /// </summary>
    public int Status { get; } = status;

    /// <summary>What kind of refusal it is, in a word or two.</summary>
    public string Title { get; } = title;

    /// <summary>What exactly is wrong; null when the hub did not say.</summary>
    public string? Detail { get; } = detail;

    /// <summary>True when asking again later may help.</summary>
    public bool IsTransient => Status is 408 or 429 or >= 500;
}

/// <summary>Something answers at the hub's address, but not as a hub does: probably another program has the port.</summary>
public sealed class HubAnswerException(Uri address, string reason, Exception? inner = null)
    : GatehouseException($"What answers at {address} is not a Gatehouse hub: {reason.TrimEnd('.')}. Check the address.", inner)
{
    /// <summary>Where it was looked for.</summary>
    public Uri Address { get; } = address;
}

/// <summary>The JSON of a device or of a command breaks rules; <see cref="Problems"/> has each with its place.</summary>
public sealed class DeviceFormatException(IReadOnlyList<Devices.DeviceProblem> problems)
    : GatehouseException($"The JSON is not taken: {string.Join("; ", problems)}.")
{
    /// <summary>What is wrong, at least one thing.</summary>
    public IReadOnlyList<Devices.DeviceProblem> Problems { get; } = problems;
}

/// <summary>The register of device types has a type with this oid already.</summary>
public sealed class DeviceTypeTakenException(string oid)
    : GatehouseException($"A device type '{oid}' is registered already. Choose another oid.")
{
    /// <summary>The oid asked for.</summary>
    public string Oid { get; } = oid;
}

/// <summary>A ZeroMQ socket cannot listen at this address, or connect to it.</summary>
public sealed class ZmtpException(string address, string reason, Exception? inner = null)
    : GatehouseException($"'{Values.KeySegment.ForDisplay(address)}' cannot be used: {reason.TrimEnd('.')}.", inner)
{
    /// <summary>The address asked for.</summary>
    public string Address { get; } = address;

    /// <summary>What is wrong, in words.</summary>
    public string Reason { get; } = reason;
}

/// <summary>A REQ or REP socket sends and receives in turn, and it was the turn of the other.</summary>
public sealed class ZmtpTurnException(string rule) : GatehouseException($"{rule}.") { }

/// <summary>The peer that a message is for, or that was to answer, is not there.</summary>
public sealed class ZmtpPeerException(string reason) : GatehouseException($"The message reaches nobody: {reason}.") { }

/// <summary>A call by way of a Majordomo broker has no reply, or a worker cannot serve; the leaf says why.</summary>
public abstract class MdpException : GatehouseException
{
    private protected MdpException(string message) : base(message) { }
}

/// <summary>The call's deadline passed. The request may have been carried out, or may be yet.</summary>
public sealed class MdpTimeoutException(string message) : MdpException(message);

/// <summary>No connection to the broker came about in time. The request was not sent.</summary>
public sealed class MdpUnreachableException(string message) : MdpException(message);

/// <summary>The connection to the broker broke while a reply was to come, or to be sent. The request may have been carried out.</summary>
public sealed class MdpConnectionLostException(string message) : MdpException(message);

/// <summary>
/// What came back is not the reply: another service's, another protocol, or too large. The request may have been carried out.
/// </summary>
public sealed class MdpReplyException(string message) : MdpException(message);

/// <summary>Too many calls of this client wait already. The request was not sent.</summary>
public sealed class MdpBusyException(string message) : MdpException(message);

/// <summary>The broker does not let a worker serve under this name: every time it was ready, it was sent away.</summary>
public sealed class MdpRefusedException(string service, string address)
    : MdpException(
        $"The broker at {address} lets nobody serve as '{Values.KeySegment.ForDisplay(service)}': "
        + "it may have that name itself. Choose another.")
{
    /// <summary>The name that was refused.</summary>
    public string Service { get; } = service;
}

/// <summary>No server of the clone protocols answered with a snapshot in time. It is tried on.</summary>
public sealed class KvUnreachableException(Clone.KvServer server, string reason)
    : GatehouseException($"There is no snapshot from {server.Snapshot}: {reason}. Check the address, and whether the server runs.")
{
    /// <summary>The server that was tried last.</summary>
    public Clone.KvServer Server { get; } = server;

    /// <summary>What is wrong, in words.</summary>
    public string Reason { get; } = reason;
}

/// <summary>A request that was to be kept, or its answer, did not come about; the leaf says why.</summary>
public abstract class TitanicException : GatehouseException
{
    private protected TitanicException(string message) : base(message) { }
}

/// <summary>
/// There is no request with this id: it never was, was closed, has expired, or the server gave it up after too many tries.
/// </summary>
public sealed class TitanicUnknownException(string id)
    : TitanicException($"There is no request '{Values.KeySegment.ForDisplay(id)}': it may have been closed, or given up.")
{
    /// <summary>The id asked for.</summary>
    public string Id { get; } = id;
}

/// <summary>The server does not keep this request; asking again changes nothing.</summary>
public sealed class TitanicRefusedException(string? id, string reason)
    : TitanicException(
        $"The request is refused{(reason.Length > 0 ? $": {reason.TrimEnd('.')}" : "")}. "
        + "Its service cannot be one, or its id has another content already.")
{
    /// <summary>The id that was sent; null when the server was to make one.</summary>
    public string? Id { get; } = id;
}

/// <summary>No acknowledgement came in time. With the same id the request may be sent again: it is still one.</summary>
public sealed class TitanicUnavailableException(string? id, string reason)
    : TitanicException($"There is no acknowledgement: {reason.TrimEnd('.')}.")
{
    /// <summary>The id that was sent; null when the server was to make one.</summary>
    public string? Id { get; } = id;
}

/// <summary>titanic.store answered, and did not do it.</summary>
public sealed class TitanicStoreException(int status, string action, string reason)
    : TitanicException($"titanic.store answered {status} to '{action}': {reason}.")
{
    /// <summary>Its status: 404 nobody is there, 500 it could not, 501 it knows no such action; 0 when it was none.</summary>
    public int Status { get; } = status;
}
