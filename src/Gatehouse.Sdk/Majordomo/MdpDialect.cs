namespace Gatehouse.Sdk.Majordomo;

/// <summary>How a peer writes the Majordomo protocol. It is fixed by the first message of a connection.</summary>
public enum MdpDialect : byte
{
    /// <summary>MDP 0.1, RFC 7: an empty frame before everything, exactly one reply to a request.</summary>
    Mdp01,

    /// <summary>MDP 0.2, RFC 18: no empty frame, replies in parts.</summary>
    Mdp02,

    /// <summary>MDP 0.2 as the programs of zeromq/majordomo write it: the header's fields packed into one frame.</summary>
    Zproto,
}
