using System.Text;
using Gatehouse.Sdk.Titanic;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Tests.Sdk.Titanic;

/// <summary>What services of Titanic answer, and how long to wait before asking again.</summary>
public sealed class TitanicAnswerTests
{
    [Theory]
    [InlineData("200", nameof(TitanicCode.Ok))]
    [InlineData("200 OK", nameof(TitanicCode.Ok))]
    [InlineData("300", nameof(TitanicCode.Pending))]
    [InlineData("300 ", nameof(TitanicCode.Pending))]
    [InlineData("400 Unknown uuid", nameof(TitanicCode.Refused))]
    [InlineData("500", nameof(TitanicCode.Failed))]
    [InlineData("404", nameof(TitanicCode.Nobody))]
    [InlineData("404|x", nameof(TitanicCode.Strange))]
    [InlineData("20", nameof(TitanicCode.Strange))]
    [InlineData("2000", nameof(TitanicCode.Strange))]
    [InlineData("200OK", nameof(TitanicCode.Strange))]
    [InlineData("201", nameof(TitanicCode.Strange))]
    [InlineData("", nameof(TitanicCode.Strange))]
    public void The_first_frame_is_the_status(string answer, string code) =>
        Assert.Equal(code, TitanicAnswer.Read(Frames.Of(answer.Split('|'))).ToString());

    [Fact]
    public void No_frames_are_no_answer() => Assert.Equal(TitanicCode.Strange, TitanicAnswer.Read(Frames.None));

    [Fact]
    public void What_stands_behind_the_status_is_told()
    {
        Assert.Equal("no such service", TitanicAnswer.Text(Frames.Of("400 no such service")));
        Assert.Equal("", TitanicAnswer.Text(Frames.Of("400")));
    }

    [Theory]
    [InlineData("a|b|200", 200, 2)]
    [InlineData("404", 404, 0)]
    [InlineData("200|a", 0, 1)]
    [InlineData("a|2x0", 0, 1)]
    [InlineData("a|+20", 0, 1)]
    [InlineData("a|", 0, 1)]
    public void The_last_frame_of_the_store_is_its_status(string answer, int status, int echo)
    {
        var read = TitanicStoreAnswer.Read(Frames.Of(answer.Split('|')));
        Assert.Equal((status, echo), (read.Status, read.Echo));
    }

    [Fact]
    public void Lists_of_names_are_read_as_they_were_joined()
    {
        Assert.Equal(["a", "b|c", "50%", "%7C"], TitanicStoreAnswer.ReadNames("a|b%7Cc|50%25|%257C"));
        Assert.Empty(TitanicStoreAnswer.ReadNames(""));
    }

    [Fact]
    public void Frames_are_put_before_and_taken_away_again()
    {
        var random = new Random(Environment.TickCount);
        for (var i = 0; i < 500; i++)
        {
            var rest = Frames.Of([.. Enumerable.Range(0, random.Next(5)).Select(_ => new byte[random.Next(20)])]);
            var all = TitanicFrames.Before("first"u8.ToArray(), rest);
            Assert.Equal((rest.Count + 1, "first"), (all.Count, all.Text(0)));
            Assert.Equal(FakeTitanic.Text(rest), FakeTitanic.Text(TitanicFrames.Without(1, all)));
            Assert.Equal(0, TitanicFrames.Without(all.Count, all).Count);
        }
    }

    [Fact]
    public void Pauses_double_up_to_the_longest_and_begin_anew_after_a_success()
    {
        var pacing = new TitanicPacing(new TitanicClientOptions());
        Assert.Equal([50, 100, 200, 400, 800, 1600, 2500, 2500], Enumerable.Range(0, 8).Select(_ => pacing.Failed(0).TotalMilliseconds));
        Assert.Equal(5000, pacing.Failed(1).TotalMilliseconds);
        Assert.Equal(50, pacing.Pending(TimeSpan.Zero, TimeSpan.Zero, 0).TotalMilliseconds);
        Assert.Equal(100, pacing.Pending(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(1), 0).TotalMilliseconds);
        Assert.Equal(50, pacing.Failed(0).TotalMilliseconds);
        Assert.Equal(50, pacing.Pending(TimeSpan.Zero, TimeSpan.FromHours(1), 0).TotalMilliseconds);
        Assert.Equal(TimeSpan.Zero, pacing.Pending(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(19), 0));
        Assert.Equal(50, pacing.Pending(TimeSpan.FromSeconds(20), TimeSpan.Zero, 0).TotalMilliseconds);
    }

    [Fact]
    public void Options_that_cannot_be_are_refused()
    {
        foreach (var options in (TitanicClientOptions[])
            [
                new() { LongPoll = TimeSpan.FromMinutes(2) }, new() { FirstPause = TimeSpan.Zero }, new() { LongestPause = TimeSpan.Zero },
                new() { Patience = TimeSpan.FromDays(99) },
            ])
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => new TitanicClient("tcp://127.0.0.1:1", options));
        }
    }

    [Fact]
    public void Any_bytes_are_an_answer_or_a_strange_one()
    {
        var random = new Random(Environment.TickCount);
        for (var i = 0; i < 20_000; i++)
        {
            var status = Encoding.Latin1.GetBytes(random.Next(2) == 0 ? "200 OK" : "404");
            status[random.Next(status.Length)] = (byte)random.Next(256);
            var frames = Frames.Of([status[..random.Next(status.Length + 1)]]);
            if (TitanicAnswer.Read(frames) != TitanicCode.Strange) Assert.InRange(TitanicAnswer.Text(frames).Length, 0, 6);
            Assert.InRange(TitanicStoreAnswer.Read(frames).Status, 0, 999);
        }
    }
}
