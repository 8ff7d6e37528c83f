using Gatehouse.Sdk.Values;

namespace Gatehouse.Security;

/// <summary>Who may do what. Asked by the tree and the service directory, with the origin that every call carries.</summary>
internal interface IAccess
{
    bool MayRead(Origin reader, Key key);

    bool MayWrite(Origin writer, Key key);

    bool MayCall(Origin caller, string service);
}

/// <summary>Allows everything: what stands behind the seams until there are users and roles.</summary>
internal sealed class AllowAll : IAccess
{
    public static AllowAll Instance { get; } = new();

    public bool MayRead(Origin reader, Key key) => true;

    public bool MayWrite(Origin writer, Key key) => true;

    public bool MayCall(Origin caller, string service) => true;
}
