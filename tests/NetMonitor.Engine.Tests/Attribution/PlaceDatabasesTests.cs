using System.Net;
using MaxMind.Db;
using NetMonitor.Attribution.Places;
using NetMonitor.Packets;

namespace NetMonitor.Tests.Attribution;

public sealed class PlaceDatabasesTests : IDisposable
{
    private static readonly (string, object)[] City =
    [
        ("country", new (string, object)[] { ("iso_code", "CH") }),
        ("city", new (string, object)[] { ("names", new (string, object)[] { ("en", "Geneva") }) }),
    ];

    private static readonly (string, object)[] System = [("autonomous_system_number", 64500u), ("autonomous_system_organization", "Example Networks")];

    private readonly string _folder = Directory.CreateTempSubdirectory("netmonitor").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_users_databases_come_before_the_modules_tables_and_are_joined()
    {
        using var databases = new PlaceDatabases([Write("city.mmdb", "GeoLite2-City", City), Write("asn.mmdb", "GeoLite2-ASN", System)]);
        Assert.Equal(new Place("CH", "Geneva", 64500, "Example Networks"), databases.Find(Address("8.8.8.8")));
        Assert.Equal(["GeoLite2-City", "GeoLite2-ASN"], databases.Types);
    }

    [Fact]
    public void What_they_do_not_know_the_modules_tables_tell()
    {
        using var databases = new PlaceDatabases([Write("city.mmdb", "GeoLite2-City", City)]);
        Assert.Equal(new Place("CH", "Geneva", 15169, "Google LLC"), databases.Find(Address("8.8.8.8")));
        Assert.Equal(new Place("AU", null, 13335, "Cloudflare, Inc."), databases.Find(Address("1.1.1.1")));
        Assert.Equal("US", databases.Find(Address("2001:4860:4860::8888"))?.Country); // an IPv4 database is asked for IPv6
    }

    [Fact]
    public void Those_in_the_usual_folders_are_found_the_one_with_cities_first()
    {
        Write("a.mmdb", "GeoLite2-ASN", System);
        Write("b.mmdb", "GeoLite2-City", City);
        File.WriteAllText(Path.Combine(_folder, "broken.mmdb"), "no database");
        Assert.Equal(["b.mmdb", "a.mmdb"], PlaceDatabases.Usable([_folder, Path.Combine(_folder, "none")]).Select(Path.GetFileName));
    }

    [Fact]
    public void A_file_that_is_no_database_is_said_to_be_none()
    {
        string path = Path.Combine(_folder, "broken.mmdb");
        File.WriteAllText(path, "no database");
        Assert.Throws<InvalidDatabaseException>(() => new PlaceDatabases([path]));
        Assert.ThrowsAny<IOException>(() => new PlaceDatabases([path + ".none"]));
    }

    private string Write(string name, string type, object record)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, MaxMindBytes.Database(type, firstByte: 8, record));
        return path;
    }

    private static IPAddressValue Address(string text) => IPAddressValue.From(IPAddress.Parse(text));
}
