using System.Buffers.Binary;
using Gatehouse.Requests.Store;
using Gatehouse.Sdk.Values;
using Gatehouse.Tests.Requests.Store;
using Gatehouse.Tests.Support;

namespace Gatehouse.Tests.Fuzz;

/// <summary>What programs send to <c>titanic.store</c>.</summary>
[Trait("Run", "Fuzz")]
public sealed class StoreFuzzTests
{
    private static readonly byte[][] Requests =
    [
        .. ((string[])[
            "[set][S][sec][key][value]", "[get][S][sec][key]", "[delete][S][sec][key]", "[delete][S][sec]", "[delete][S]", "[list][S]",
            "[list][S][sec]", "[cas][S][sec][key][value][new]", "[cas][S][sec][key][new]", "[xx][S]", "[set][S][sec][../x][v]", "[get]"])
            .Select(row => Pack(StoreRows.Read(row))),
    ];

    [Fact(Explicit = true)]
    public void Every_request_has_one_answer_that_begins_as_it_does_and_ends_with_a_status()
    {
        using var file = new HubFile();
        var values = new KeptValues(file.Database, new StoreOptions { MaxEntries = 200, MaxValue = 100 });
        var rows = new StoreRows(values);
        Fuzzer.Run(
            Requests,
            input =>
            {
                var asked = Unpack(input);
                var answer = rows.Ask(asked);
                var status = answer.Text(answer.Count - 1);
                if (StoreRequest.TryRead(asked, out var request, out var refusal))
                {
                    for (var i = 0; i < Math.Min(request.Names, answer.Count - 1); i++)
                    {
                        Assert.Equal(asked[i + 1].ToArray(), answer[i].ToArray());
                    }
                    Assert.True(StoreName.IsValid(request.Service));
                    Assert.All((string?[])[request.Section, request.Key], name => Assert.True(name is null || StoreName.IsValid(name)));
                    return $"{request.Action} {status}";
                }
                Assert.Equal(1, answer.Count);
                Assert.Equal($"{(int)refusal}", status);
                return status;
            },
            "500", "501", "Set 200", "Get 200", "Get 404", "Delete 200", "Delete 500", "List 200", "List 404", "CompareAndSet 200",
            "CompareAndSet 409");
        var total = values.Total();
        Assert.Equal(total.Entries, values.Services().Sum(s => values.Sections(s).Sum(e => 1 + values.Keys(s, e)!.Count)));
    }

    // Each frame behind its length, so that damage moves what is where.
    private static byte[] Pack(Frames frames)
    {
        var bytes = new List<byte>();
        for (var i = 0; i < frames.Count; i++) bytes.AddRange([0, (byte)frames[i].Length, .. frames[i].Span]);
        return [.. bytes];
    }

    private static Frames Unpack(ReadOnlySpan<byte> bytes)
    {
        var frames = new List<byte[]>();
        while (bytes.Length >= 2)
        {
            var length = Math.Min(BinaryPrimitives.ReadUInt16BigEndian(bytes), bytes.Length - 2);
            frames.Add(bytes.Slice(2, length).ToArray());
            bytes = bytes[(2 + length)..];
        }
        return Frames.Of(frames);
    }
}
