namespace Gatehouse.Sdk.Clone;

/// <summary>How many frames a message has.</summary>
internal enum KvForm : byte
{
    /// <summary>Three, as RasPy and the first models of the guide have them: key, sequence, body.</summary>
    Short,

    /// <summary>Five, as RFC 12 has them: key, sequence, uuid, properties, body.</summary>
    Full,
}
