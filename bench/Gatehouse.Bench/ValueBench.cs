using System.Buffers;
using BenchmarkDotNet.Attributes;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Bench;

/// <summary>What each reading costs on its way in and out: the JSON form of a value.</summary>
public class ValueBench
{
    private readonly ArrayBufferWriter<byte> _output = new(1024);
    private byte[] _json = [];
    private Value _value;

    [Params("integer", "real", "text", "object")]
    public string Kind { get; set; } = "";

    [GlobalSetup]
    public void Prepare()
    {
        _json = Kind switch
        {
            "integer" => "47"u8.ToArray(),
            "real" => "21.500"u8.ToArray(),
            "text" => "\"on\""u8.ToArray(),
            _ => """{"x":1.5,"y":2.5,"ok":true}"""u8.ToArray(),
        };
        _value = Value.FromJson(_json);
    }

    [Benchmark]
    public bool TryParse() => Value.TryParse(_json, out _);

    [Benchmark]
    public int WriteJson()
    {
        _output.ResetWrittenCount();
        _value.WriteJson(_output);
        return _output.WrittenCount;
    }
}
