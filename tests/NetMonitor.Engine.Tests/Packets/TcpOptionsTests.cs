using NetMonitor.Packets;

namespace NetMonitor.Tests.Packets;

public class TcpOptionsTests
{
    private const string Fixed = "1234 01bb 01020304 00000000 {0}002 0200 0000 0000 ";

    [Fact]
    public void AllOptionsOfALinuxSynAreRead()
    {
        TcpOptions options = Read(10, "020405b4 0402 080a0000000100000002 01 030307");
        Assert.Equal((ushort)1460, options.MaximumSegmentSize);
        Assert.Equal((byte)7, options.WindowScale);
        Assert.True(options.SackPermitted);
        Assert.True(options.HasTimestamps);
        Assert.Equal((1u, 2u), (options.TimestampValue, options.TimestampEcho));
    }

    [Theory]
    [InlineData("00 020405b4 000000")]
    [InlineData("02 00 05b4 00000000")]
    [InlineData("02 01 05b4 00000000")]
    [InlineData("01 01 01 01 01 01 02 04")]
    [InlineData("02 03 05 01 01 01 01 01")]
    public void WhatIsMalformedOrBehindTheEndIsNotRead(string text) => Assert.Null(Read(7, text).MaximumSegmentSize);

    [Fact]
    public void AWindowScaleIsAtMostFourteen() => Assert.Equal((byte)14, Read(6, "0303ff01").WindowScale);

    [Fact]
    public void OptionsThatWereNotCapturedAreNotRead()
    {
        byte[] segment = Wire.Hex(string.Format(System.Globalization.CultureInfo.InvariantCulture, Fixed, 7) + "01010101 020405b4");
        for (int length = 0; length < segment.Length; length++)
        {
            Assert.Null(TcpOptions.Read(segment.AsSpan(0, length)).MaximumSegmentSize);
        }

        Assert.Equal((ushort)1460, TcpOptions.Read(segment).MaximumSegmentSize);
    }

    private static TcpOptions Read(int words, string options) =>
        TcpOptions.Read(Wire.Hex(string.Format(System.Globalization.CultureInfo.InvariantCulture, Fixed, words.ToString("x", null)) + options));
}
