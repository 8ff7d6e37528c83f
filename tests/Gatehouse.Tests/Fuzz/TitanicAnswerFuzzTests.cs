using System.Text;
using Gatehouse.Sdk.Titanic;
using Gatehouse.Sdk.Values;
using Gatehouse.Sdk.Zmtp;

namespace Gatehouse.Tests.Fuzz;

/// <summary>Whatever answers as a Titanic or as its store.</summary>
[Trait("Run", "Fuzz")]
public sealed class TitanicAnswerFuzzTests
{
    [Fact(Explicit = true)]
    public void Every_answer_has_a_status_or_is_strange() => Fuzzer.Run(
        [.. Answers("200|a|b", "200 OK|a", "300", "300 Pending", "400 Unknown", "500", "404", "hello", "S|sec|key|a%7Cb|c%25|200")],
        input =>
        {
            if (!ZmtpFrames.TryRead(input, new int[16], out var message)) return "NoMessage";
            var frames = message.ToFrames();
            var code = TitanicAnswer.Read(frames);
            Assert.Equal(frames.Count - 1, TitanicFrames.Without(1, frames).Count);
            if (code != TitanicCode.Strange) Assert.True(TitanicAnswer.Text(frames).Length <= frames[0].Length);
            var store = TitanicStoreAnswer.Read(frames);
            Assert.InRange(store.Status, 0, 999);
            Assert.NotNull(store.Failure("get").Message);
            Assert.NotNull(TitanicStoreAnswer.ReadNames(frames.Text(0)));
            return code.ToString();
        },
        "NoMessage", "Ok", "Pending", "Refused", "Failed", "Nobody", "Strange");

    private static IEnumerable<byte[]> Answers(params string[] answers) =>
        answers.Select(a => ZmtpFrames.Encode(Frames.Of([.. a.Split('|').Select(Encoding.Latin1.GetBytes)])));
}
