using System.Text;
using Gatehouse.Sdk.Devices;
using Gatehouse.Tests.Sdk.Devices;

namespace Gatehouse.Tests.Fuzz;

/// <summary>The JSON that people and device servers write.</summary>
[Trait("Run", "Fuzz")]
public sealed class DeviceFuzzTests
{
    private static readonly byte[][] Devices =
    [
        .. ((string[])[
            """{"oid":"gate.barrier","name":"b","side":"left","height":1.10,"lamps":3,"plate":"AB","hours":[],"x":{"y":[1e400]}}""",
            """{"oid":"sensor","name":"ü","unit":"C"}""",
            """{"oid":"switch","name":" \ud83d\ude00 "}""",
            """{"oid":"switch","name":" "}""",
            "{\n\"name\":\"t1\",\n\"name\":\"t2\"}",
            "[]"]).Select(Encoding.UTF8.GetBytes),
    ];

    private static readonly byte[][] Commands =
    [
        .. ((string[])[
            """{"info":"Fan","readonly":true,"datasource":"GAUGE","valuetype":"Real","value":1.50,"minimum":0,"choices":["a"],"x":[]}""",
            """{"readonly":true,"writeonly":true}"""]).Select(Encoding.UTF8.GetBytes),
    ];

    [Fact(Explicit = true)]
    public void A_device_is_made_or_every_problem_has_a_rule_and_a_place()
    {
        var types = new DeviceTypes();
        types.Register(DeviceSamples.Gate, config => new Turnstile(config));
        Fuzzer.Run(
            Devices,
            input =>
            {
                if (!types.TryCreate(input, out var device, out var problems)) return Reason(input, problems);
                Assert.Equal(input, device.Config.Utf8.ToArray());
                return "made";
            },
            "made", "Utf8", "Json", "Object", "Unicode", "Once", "Required", "Type", "Range", "Choice", "Pattern",
            "KnownOid", "ConcreteOid");
    }

    [Fact(Explicit = true)]
    public void A_command_is_read_or_every_problem_has_a_rule_and_a_place() => Fuzzer.Run(
        Commands,
        input =>
        {
            if (!Command.TryParse(input, out var command, out var problems)) return Reason(input, problems);
            var json = DeviceSamples.Json(command.WriteJson);
            Assert.Equal(json, DeviceSamples.Json(Command.Parse(json).WriteJson));
            return "read";
        },
        "read", "Utf8", "Json", "Object", "Once", "Type", "Choice", "Access");

    private static string Reason(byte[] input, IReadOnlyList<DeviceProblem> problems)
    {
        Assert.All(problems, problem => Assert.InRange(problem.Line, 1, 1 + input.Count(octet => octet == '\n')));
        Assert.All(problems, problem => Assert.InRange(problem.Column, 1, input.Length + 1));
        return problems[0].Rule.ToString();
    }
}
