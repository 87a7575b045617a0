using System.Net;
using NetMonitor.Attribution.Names;
using NetMonitor.Packets;

namespace NetMonitor.Tests.Attribution;

public sealed class HostsFileTests
{
    [Theory]
    [InlineData("192.0.2.1", "first.example")]
    [InlineData("2001:db8::1", "six.example")]
    [InlineData("127.0.0.1", "localhost")]
    [InlineData("0.0.0.0", null)]
    [InlineData("192.0.2.9", null)]
    public void The_first_name_of_an_address_counts(string address, string? name)
    {
        HostsFile hosts = HostsFile.Parse(
        [
            "# 192.0.2.9 commented.example", "127.0.0.1\tlocalhost", "192.0.2.1 first.example alias.example # both", "192.0.2.1 second.example",
            "2001:db8::1   six.example", "0.0.0.0 ads.example", "192.0.2.9", "not-an-address name.example", "",
        ]);
        Assert.Equal(name, hosts.Find(IPAddressValue.From(IPAddress.Parse(address))));
    }
}
