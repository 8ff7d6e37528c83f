using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Gatehouse.Sdk.Values;

namespace Gatehouse.Tests.Sdk.Values;

public sealed class ValueTests
{
    [Theory]
    [InlineData("5", ValueKind.Integer)]
    [InlineData("-9223372036854775808", ValueKind.Integer)]
    [InlineData("-0", ValueKind.Real)]
    [InlineData("9223372036854775808", ValueKind.Real)]
    [InlineData("5.0", ValueKind.Real)]
    [InlineData("1.50", ValueKind.Real)]
    [InlineData("1e5", ValueKind.Real)]
    [InlineData("1E+16", ValueKind.Real)]
    [InlineData("1e400", ValueKind.Real)]
    [InlineData("0.1000000000000000055511151231257827", ValueKind.Real)]
    [InlineData("{\"a\" : [1,\n2]} ", ValueKind.Json)]
    [InlineData("[]", ValueKind.Json)]
    [InlineData("true", ValueKind.Boolean)]
    [InlineData("null", ValueKind.Null)]
    [InlineData("", ValueKind.Text)]
    [InlineData(" 5", ValueKind.Text)]
    [InlineData("05", ValueKind.Text)]
    [InlineData("+5", ValueKind.Text)]
    [InlineData("5.", ValueKind.Text)]
    [InlineData(".5", ValueKind.Text)]
    [InlineData("1e", ValueKind.Text)]
    [InlineData("NaN", ValueKind.Text)]
    [InlineData("\"quoted\"", ValueKind.Text)]
    [InlineData("{broken", ValueKind.Text)]
    [InlineData("[1] [2]", ValueKind.Text)]
    [InlineData("grün", ValueKind.Text)]
    public void Text_becomes_the_kind_it_looks_like_and_leaves_unchanged(string text, ValueKind kind)
    {
        var value = Value.FromText(text);
        Assert.Equal(kind, value.Kind);
        Assert.Equal(text, value.ToString());
    }

    [Fact]
    public void Text_of_any_bytes_leaves_unchanged() => Check.QuickThrowOnFailure(Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
    {
        var output = new ArrayBufferWriter<byte>();
        Value.FromText(bytes).WriteText(output);
        return output.WrittenSpan.SequenceEqual(bytes);
    }));

    [Fact]
    public void Every_double_reads_back_as_the_same_real() =>
        Check.QuickThrowOnFailure(Prop.ForAll(ArbMap.Default.ArbFor<double>(), number =>
        {
            if (!double.IsFinite(number)) return Json(number) == "null";
            return Value.TryParse(Encoding.UTF8.GetBytes(Json(number)), out var value) && value == number && value.Kind == ValueKind.Real;
        }));

    [Fact]
    public void Every_long_reads_back_as_the_same_integer() =>
        Check.QuickThrowOnFailure(Prop.ForAll(ArbMap.Default.ArbFor<long>(), number =>
            Value.FromText(number.ToString(CultureInfo.InvariantCulture)) == number && Value.FromText(Json(number)) == number));

    [Fact]
    public void Every_text_reads_back_from_json() => Check.QuickThrowOnFailure(Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), text =>
    {
        var clean = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.Get)); // lone surrogates become U+FFFD on any wire
        return Value.TryParse(Encoding.UTF8.GetBytes(Json(clean)), out var value) && value == clean;
    }));

    [Theory]
    [InlineData("5 6")]
    [InlineData("")]
    [InlineData("{\"a\":}")]
    [InlineData("\"\\ud800\"")]
    [InlineData("[1,]")]
    public void What_is_not_one_json_document_does_not_parse(string json)
    {
        Assert.False(Value.TryParse(Encoding.UTF8.GetBytes(json), out _));
        Assert.Throws<FormatException>(() => Value.FromJson(Encoding.UTF8.GetBytes(json)));
    }

    [Fact]
    public void Json_that_is_not_utf8_does_not_parse() => Assert.False(Value.TryParse([(byte)'"', 0xff, (byte)'"'], out _));

    [Fact]
    public void Parsing_mutated_json_never_throws_and_what_parses_is_legal_json()
    {
        var reached = new HashSet<string>();
        var random = new Random(1);
        var seeds = new[]
        {
            "{\"a\":[1,2.50,{\"b\":null}]}", "\"grün\\u00e4\\ud83d\\ude00\"", "-12.5e+3", "true", "1234", "{\"base64\":\"AAEC\"}",
        };
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = Encoding.UTF8.GetBytes(seeds[random.Next(seeds.Length)]);
            for (var m = random.Next(3); m > 0; m--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (!Value.TryParse(bytes, out var value))
            {
                reached.Add("refused");
                continue;
            }
            reached.Add(value.Kind.ToString());
            using var _ = JsonDocument.Parse(Encoding.UTF8.GetBytes(Json(value)));
        }
        Assert.Superset(new HashSet<string> { "refused", "Json", "Text", "Real", "Integer", "Boolean", "Bytes" }, reached);
    }

    [Fact]
    public void Bytes_are_an_object_in_json_and_bare_as_text()
    {
        var value = Value.FromBytes([1, 2, 255]);
        Assert.Equal("""{"base64":"AQL/"}""", Json(value));
        Assert.True(Value.TryParse("""{"base64":"AQL/"}"""u8, out var read));
        Assert.Equal(value, read);
        Assert.Equal(value.GetHashCode(), read.GetHashCode());
        Assert.Equal(3, value.Size);
        Assert.True(value != Value.FromBytes([1, 2]));
    }

    [Fact]
    public void Numbers_of_different_spelling_differ()
    {
        Assert.NotEqual(Value.FromText("1.0"), Value.FromText("1.00"));
        Assert.NotEqual(Value.FromText("1.0"), Value.FromText("1"));
        Assert.Equal(Value.From(double.NaN), Value.From(double.NaN));
        Assert.True(Value.FromText("1.00").TryGetNumber(out var number));
        Assert.Equal(1, number);
        Assert.Equal("1.00", Json(Value.FromText("1.00")));
    }

    [Fact]
    public void Each_kind_gives_its_own_content_only()
    {
        Assert.True(Value.From(true).TryGetBoolean(out var boolean) && boolean);
        Assert.False(Value.From(1).TryGetBoolean(out _));
        Assert.False(Value.From("1").TryGetNumber(out _));
        Assert.False(Value.From(1.0).TryGetInteger(out _));
        Assert.True(Value.Null.Payload.IsEmpty);
        Assert.Equal(Value.Null, Value.From((string?)null));
        Assert.False(Value.From("a").Equals((object)"a"));
        Assert.Equal((0, 8, 3, 4), (Value.Null.Size, Value.From(1).Size, Value.From("aü").Size, Value.FromText("1.00").Size));
    }

    private static string Json(Value value)
    {
        var output = new ArrayBufferWriter<byte>();
        value.WriteJson(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
