using System.Buffers;
using System.Text;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Tests.Fuzz;

[Trait("Run", "Fuzz")]
public sealed class ValueFuzzTests
{
    private static readonly byte[][] Good =
    [
        .. ((string[])["47", "-0.00", "21.500", "1e400", "18446744073709551616", "true", "null", "\"on\"", "\"\\ud83d\\ude00 é\"",
            "{\"x\":1.5,\"y\":[null,{\"z\":\"\"}]}", "{\"base64\":\"AQID\"}", "[[[[1]]]]", " 1 "]).Select(Encoding.UTF8.GetBytes),
    ];

    [Fact(Explicit = true)]
    public void Json_is_refused_or_survives_a_round_trip() => Fuzzer.Run(Good, input =>
    {
        if (!Value.TryParse(input, out var value)) return "refused";
        var output = new ArrayBufferWriter<byte>();
        value.WriteJson(output);
        Assert.True(Value.TryParse(output.WrittenSpan, out var again));
        Assert.Equal(value, again);
        return value.Kind.ToString();
    }, "refused", "Boolean", "Integer", "Real", "Text", "Json", "Bytes");

    [Fact(Explicit = true)]
    public void Text_becomes_a_value_and_leaves_unchanged() => Fuzzer.Run(Good, input =>
    {
        var output = new ArrayBufferWriter<byte>();
        var value = Value.FromText(input);
        value.WriteText(output);
        Assert.True(output.WrittenSpan.SequenceEqual(input));
        return value.Kind.ToString();
    }, "Null", "Boolean", "Integer", "Real", "Text", "Json", "Bytes");
}
