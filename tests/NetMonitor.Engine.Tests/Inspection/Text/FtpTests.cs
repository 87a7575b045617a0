using NetMonitor.Inspection.Text;
using static NetMonitor.Tests.Inspection.Text.TextBytes;

namespace NetMonitor.Tests.Inspection.Text;

public sealed class FtpTests
{
    [Fact]
    public void User_software_and_system_are_known()
    {
        Conversation conversation = new Conversation(21).Server(B(FtpServer)).Client(B(FtpClient));
        FtpDetails details = Assert.IsType<FtpDetails>(conversation.Flow.Details);
        Assert.Equal("alice", details.User);
        Assert.Equal("Welcome to ProFTPD", details.Software);
        Assert.Equal("UNIX Type: L8", details.System);
        Assert.True(details.LoggedIn);
        Assert.True(details.StartTls);
        Assert.Equal("USER alice Welcome to ProFTPD", details.Summary);
    }

    [Fact]
    public void A_framed_greeting_loses_its_frame() => Assert.Equal(
        "Welcome to Pure-FTPd [privsep] [TLS]",
        Assert.IsType<FtpDetails>(new Conversation(21).Server(B("220---------- Welcome to Pure-FTPd [privsep] [TLS] ----------\r\n220 ok\r\n")).Flow.Details).Software);

    [Theory]
    [InlineData("TYPE I\r\n")]
    [InlineData("TYPE A N\r\n")]
    [InlineData("feat\r\n")]
    [InlineData("EPRT |1|127.0.0.1|1024|\r\n")]
    [InlineData("PORT 127,0,0,1,4,0\r\n")]
    [InlineData("CWD /a\r\nSTOR b\r\n")]
    [InlineData("QUIT\r\nSYST\r\n")]
    [InlineData("230 User bob logged in\r\n")]
    [InlineData("226 Transfer complete.\r\n")]
    public void It_is_found_in_the_middle(string text) => Assert.Equal("FTP", new Conversation(2121, handshake: false).Client(B(text)).Flow.Application);

    [Theory]
    [InlineData("127,0,0,1,4,1", 1025)]
    [InlineData("Entering Passive Mode (192,168,150,90,195,149).", 50069)]
    [InlineData("Entering Passive Mode. 10,0,0,1,0,20", 20)]
    [InlineData("Entering Passive Mode (10,0,0,1,195)", null)]
    [InlineData("Entering Passive Mode (10,0,0,1,300,1)", null)]
    [InlineData("10,0,0,1,0,0", null)]
    [InlineData("none", null)]
    [InlineData("", null)]
    public void A_port_stands_in_six_numbers(string text, int? port) => Assert.Equal(port, FtpPort.TryRead(B(text), out ushort found) ? found : null);

    [Theory]
    [InlineData("|1|132.235.1.2|6275|", 6275)]
    [InlineData("|2|1080::8:800:200C:417A|5282|", 5282)]
    [InlineData("Entering Extended Passive Mode (|||6446|)", 6446)]
    [InlineData("Entering Extended Passive Mode (!!!6446!)", 6446)]
    [InlineData("Entering Extended Passive Mode (|||6446", null)]
    [InlineData("Entering Extended Passive Mode (|||70000|)", null)]
    [InlineData("Entering Extended Passive Mode (||)", null)]
    [InlineData("|", null)]
    [InlineData("(", null)]
    [InlineData("", null)]
    public void An_extended_port_is_the_third_field(string text, int? port) => Assert.Equal(port, FtpPort.TryReadExtended(B(text), out ushort found) ? found : null);
}
