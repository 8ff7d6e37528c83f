using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Gatehouse.Sdk.Majordomo;

namespace Gatehouse.Tests.Sdk.Majordomo;

/// <summary>What a worker is told of a durable request, by the address of its client.</summary>
public sealed class MdpDeliveryTests
{
    [Theory]
    [InlineData("\0\0\0\0\0\0\0\0\x01order-7 1", "order-7", 1)]
    [InlineData("\0\xff\xff\0\0\0\0\0\x01x 2147483647", "x", int.MaxValue)]
    public void Id_and_attempt_stand_behind_the_hubs_own_bytes(string address, string id, int attempt)
    {
        Assert.True(MdpDelivery.TryRead(Encoding.Latin1.GetBytes(address), out var delivery));
        Assert.Equal(new MdpDelivery(id, attempt), delivery);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\0\0\0\0\0\0\0\0\x01")]
    [InlineData("\x01\0\0\0\0\0\0\0\x01x 1")]
    [InlineData("\0\0\0\0\0\0\0\0\x01x")]
    [InlineData("\0\0\0\0\0\0\0\0\x01 1")]
    [InlineData("\0\0\0\0\0\0\0\0\x01x ")]
    [InlineData("\0\0\0\0\0\0\0\0\x01x 0")]
    [InlineData("\0\0\0\0\0\0\0\0\x01x -1")]
    [InlineData("\0\0\0\0\0\0\0\0\x01x 1x")]
    [InlineData("\0\0\0\0\0\0\0\0\x01x 2147483648")]
    [InlineData("\0\0\0\0\0\0\0\0\x01x\ty 1")]
    public void Any_other_address_is_that_of_a_plain_request(string address) =>
        Assert.False(MdpDelivery.TryRead(Encoding.Latin1.GetBytes(address), out _));

    [Fact]
    public void No_address_makes_the_reader_throw() => Check.QuickThrowOnFailure(Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
        !MdpDelivery.TryRead([0, 0, 0, 0, 0, 0, 0, 0, 1, .. bytes], out var delivery) || delivery.Attempt > 0));
}
