namespace Gatehouse.Sdk.Majordomo;

/// <summary>The words of the Majordomo protocol that stand on the wire.</summary>
internal static class Mdp
{
    /// <summary>The commands of MDP 0.1's workers.</summary>
    public const byte Ready01 = 1, Request01 = 2, Reply01 = 3, Heartbeat01 = 4, Disconnect01 = 5;

    /// <summary>The commands of MDP 0.2's clients.</summary>
    public const byte ClientRequest02 = 1, ClientPartial02 = 2, ClientFinal02 = 3;

    /// <summary>The commands of MDP 0.2's workers.</summary>
    public const byte Ready02 = 1, Request02 = 2, Partial02 = 3, Final02 = 4, Heartbeat02 = 5, Disconnect02 = 6;

    /// <summary>The longest address: what an identity may have.</summary>
    public const int MaxAddress = 255;

    /// <summary>The longest name of a service.</summary>
    public const int MaxService = 255;

    public static ReadOnlySpan<byte> Client01 => "MDPC01"u8;

    public static ReadOnlySpan<byte> Worker01 => "MDPW01"u8;

    public static ReadOnlySpan<byte> Client02 => "MDPC02"u8;

    public static ReadOnlySpan<byte> Worker02 => "MDPW02"u8;

    /// <summary>What a packed header begins with.</summary>
    public static ReadOnlySpan<byte> Packed => [0xAA, 0xA4];

    /// <summary>The status codes that services answer, as text.</summary>
    public static ReadOnlySpan<byte> Ok => "200"u8;

    public static ReadOnlySpan<byte> Forbidden => "403"u8;

    public static ReadOnlySpan<byte> NotFound => "404"u8;

    public static ReadOnlySpan<byte> Failed => "500"u8;

    public static ReadOnlySpan<byte> NotImplemented => "501"u8;

    /// <summary>One empty frame, encoded: the body of a message that has none.</summary>
    public static ReadOnlySpan<byte> EmptyBody => [0, 0];
}
