using Gatehouse.Security;

namespace Gatehouse.Tests.Security;

public sealed class SecretTests
{
    [Fact]
    public void Its_text_is_read_back_and_tells_the_same_digest()
    {
        for (var i = 0; i < 200; i++)
        {
            var secret = Secret.New();
            Assert.Equal(Secret.TextLength, secret.Text.Length);
            Assert.True(Secret.TryParse(secret.Text, out var read));
            Assert.Equal(secret.Digest, read.Digest);
            Assert.Equal(secret.Digest.GetHashCode(), read.Digest.GetHashCode());
            Assert.False(secret.Digest.Equals(Secret.New().Digest));
            Assert.False(secret.Digest.Equals((object)secret));
        }
    }

    [Fact]
    public void Text_that_differs_in_any_character_is_another_secret_or_none()
    {
        var secret = Secret.New();
        for (var i = 0; i < Secret.TextLength; i++)
        {
            foreach (var other in "AZaz09-_+/= \n%é")
            {
                if (secret.Text[i] == other) continue;
                var changed = secret.Text[..i] + other + secret.Text[(i + 1)..];
                Assert.False(Secret.TryParse(changed, out var read) && read.Digest.Equals(secret.Digest), changed);
            }
        }
        Assert.False(Secret.TryParse(secret.Text + "A", out _));
        Assert.False(Secret.TryParse(secret.Text.AsSpan(1), out _));
        Assert.False(Secret.TryParse("", out _));
    }

    [Fact]
    public void What_is_derived_depends_on_secret_and_purpose_and_is_not_the_secret()
    {
        var secret = Secret.New();
        Assert.Equal(secret.Derive("a"), secret.Derive("a"));
        string[] all = [secret.Text, secret.Derive("a"), secret.Derive("b"), Secret.New().Derive("a")];
        Assert.Equal(all.Length, all.Distinct().Count());
    }

    [Theory]
    [InlineData("Bearer abc", "abc")]
    [InlineData("bearer  a~b/c=", "a~b/c=")]
    [InlineData("BEARER x ", "x")]
    public void A_bearers_header_is_read(string header, string expected)
    {
        Assert.True(BearerHeader.TryParse(header, out var token));
        Assert.Equal(expected, token);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Bearerx ")]
    [InlineData("Bearer a b")]
    [InlineData("Bearer a\tb")]
    [InlineData("Bearer ä")]
    [InlineData("Basic YTpi")]
    public void Another_header_is_not(string header) => Assert.False(BearerHeader.TryParse(header, out _));

    [Fact]
    public void A_header_without_end_is_not_read() => Assert.False(BearerHeader.TryParse("Bearer " + new string('a', 5000), out _));
}
