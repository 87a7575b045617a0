using System.Text.Json;
using NetMonitor.Export;
using Parquet;
using Parquet.Schema;

namespace NetMonitor.Tests.Export;

/// <summary>Files of connections: what is in them, and how they come to be.</summary>
public sealed class ConnectionWriterTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("netmonitor-export").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("a.csv", ExportFormat.Csv)]
    [InlineData("a.PARQUET", ExportFormat.Parquet)]
    [InlineData("a.jsonl", ExportFormat.Ecs)]
    [InlineData("a.ndjson", ExportFormat.Ecs)]
    public void The_name_tells_the_format(string name, ExportFormat format) => Assert.Equal(format, ConnectionFormats.Of(name));

    [Fact]
    public void A_name_that_tells_nothing_is_an_error() =>
        Assert.Equal(ExportError.ExportFormatUnknown, Assert.Throws<ExportException>(() => ConnectionFormats.Of("a.txt")).Error);

    [Fact]
    public void Csv_quotes_what_needs_it()
    {
        string[] lines = File.ReadAllText(Write("a.csv", ExportFormat.Csv)).Split("\r\n");
        Assert.Equal(string.Join(',', ExportColumns.All.Select(column => column.Name)), lines[0]);
        Assert.Equal(1 + ExportConnections.All.Length + 1, lines.Length);
        Assert.Contains(",64500,\"Example, \"\"AS\"\"\",", lines[1]);
        Assert.Contains(",2023-11-14T22:13:20.1234560Z,", lines[1]);
    }

    [Fact]
    public void The_documented_columns_are_those_written() => Assert.Equal(
        DocumentedTables.Read("exports.md", "Columns").Select(row => (row[0], row[1])),
        ExportColumns.All.Select(column => (column.Name, column.Type.Name)));

    [Fact]
    public async Task Parquet_reads_back()
    {
        await using FileStream stream = File.OpenRead(Write("a.parquet", ExportFormat.Parquet));
        await using ParquetReader reader = await ParquetReader.CreateAsync(stream);
        DataField[] fields = reader.Schema.GetDataFields();
        Assert.Equal(ExportColumns.All.Select(column => column.Name), fields.Select(field => field.Name));
        using ParquetRowGroupReader group = reader.OpenRowGroupReader(0);
        Assert.Equal(ExportConnections.All.Length, group.RowCount);
        var names = new string?[group.RowCount];
        await group.ReadAsync(fields.Single(field => field.Name == "HostName"), names.AsMemory());
        Assert.Equal(new string?[] { "www.example.com", "www.example.com", null }, names.AsEnumerable());
        var ports = new long?[group.RowCount];
        await group.ReadAsync<long>(fields.Single(field => field.Name == "LocalPort"), ports.AsMemory());
        Assert.Equal(new long?[] { 50000, 50000, 443 }, ports.AsEnumerable());
    }

    [Fact]
    public void Zeek_logs_have_their_headers_and_escapes()
    {
        string folder = Write("logs", ExportFormat.Zeek);
        Assert.Equal(["conn.log", "dns.log", "http.log", "ssl.log"], Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        string[] lines = File.ReadAllLines(Path.Combine(folder, "dns.log"));
        Assert.Equal("#separator \\x09", lines[0]);
        string[] fields = lines[5].Split('\t')[1..];
        string[] values = lines[7].Split('\t');
        Assert.Equal(fields.Length, values.Length);
        Assert.Equal("a\\x2cb.example.com,192.0.2.7", values[Array.IndexOf(fields, "answers")]);
        Assert.Equal("300.000000,60.000000", values[Array.IndexOf(fields, "TTLs")]);
        string[] conn = File.ReadAllLines(Path.Combine(folder, "conn.log"));
        Assert.Equal(7 + ExportConnections.All.Length, conn.Length);
        Assert.StartsWith("1700000000.123456\tC", conn[7], StringComparison.Ordinal);
        Assert.Contains("\t192.0.2.7\t50000\t10.0.0.2\t443\ttcp\t-\t1.500000\t1200\t600\tSF\tF\tT\t", conn[9]);
    }

    [Fact]
    public void Zeek_json_leaves_out_what_is_not_known()
    {
        string folder = Write("json", ExportFormat.ZeekJson);
        JsonElement line = JsonDocument.Parse(File.ReadLines(Path.Combine(folder, "conn.log")).Last()).RootElement;
        Assert.False(line.TryGetProperty("service", out _));
        Assert.Equal(443, line.GetProperty("id.resp_p").GetInt32());
        Assert.Equal(1200, line.GetProperty("orig_bytes").GetInt64());
    }

    [Fact]
    public void The_documented_zeek_fields_are_those_written() => Assert.Equal(
        DocumentedTables.Read("exports.md", "Zeek's logs").Select(row => (row[0], row[1], row[2])),
        ZeekLogs.All.SelectMany(log => log.Fields.Select(field => (log.Name, field.Name, field.Type))));

    [Fact]
    public void A_file_is_its_owners_alone_and_has_its_name_only_when_it_is_whole()
    {
        string path = Path.Combine(_folder, "a.csv");
        using (ConnectionWriter writer = ConnectionFormats.Create(path, ExportFormat.Csv, replace: false))
        {
            writer.Write(ExportConnections.All[0]);
            Assert.False(File.Exists(path));
        }

        Assert.Empty(Directory.GetFiles(_folder));
        Write("a.csv", ExportFormat.Csv);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }
    }

    [Fact]
    public void What_is_there_is_replaced_only_when_asked()
    {
        string path = Write("a.csv", ExportFormat.Csv);
        Assert.Equal(ExportError.ExportFileExists, Assert.Throws<ExportException>(() => ConnectionFormats.Create(path, ExportFormat.Csv, replace: false)).Error);
        using ConnectionWriter writer = ConnectionFormats.Create(path, ExportFormat.Csv, replace: true);
        writer.Complete();
        Assert.Single(File.ReadAllLines(path));
    }

    [Fact]
    public void Nothing_is_written_through_a_link()
    {
        string target = Path.Combine(_folder, "target");
        string link = Path.Combine(_folder, "link.csv");
        File.WriteAllText(target, "precious");
        File.CreateSymbolicLink(link, target);
        Assert.Equal(ExportError.ExportPathIsLink, Assert.Throws<ExportException>(() => ConnectionFormats.Create(link, ExportFormat.Csv, replace: true)).Error);
        Assert.Equal(ExportError.ExportPathIsLink, Assert.Throws<ExportException>(() => ExportFile.Append(link)).Error);
        Assert.Equal("precious", File.ReadAllText(target));
    }

    /// <summary>As root, -Force on /dev/null would leave the machine without it.</summary>
    [Fact]
    public void Devices_and_pipes_are_never_replaced()
    {
        if (!OperatingSystem.IsLinux())
        {
            return; // Elsewhere .NET does not tell them from files.
        }

        string fifo = Path.Combine(_folder, "fifo");
        using (System.Diagnostics.Process make = System.Diagnostics.Process.Start("mkfifo", ["-m", "640", fifo]))
        {
            make.WaitForExit();
        }

        foreach (string special in (string[])[fifo, "/dev/null"])
        {
            UnixFileMode mode = File.GetUnixFileMode(special);
            Assert.True(NetMonitor.Capture.UnixFile.IsSpecial(special));
            Assert.Equal(ExportError.NotAFile, Assert.Throws<ExportException>(() => ConnectionFormats.Create(special, ExportFormat.Csv, replace: true)).Error);
            Assert.Equal(ExportError.NotAFile, Assert.Throws<ExportException>(() => ExportFile.CreateNow(special, replace: true)).Error);
            if (special == fifo)
            {
                Assert.Equal(ExportError.NotAFile, Assert.Throws<ExportException>(() => ExportFile.Append(special)).Error);
            }
            else
            {
                ExportFile.Append(special).Dispose();
            }

            Assert.True(NetMonitor.Capture.UnixFile.IsSpecial(special));
            Assert.Equal(mode, File.GetUnixFileMode(special));
        }

        Assert.False(NetMonitor.Capture.UnixFile.IsSpecial(_folder));
        Assert.False(NetMonitor.Capture.UnixFile.IsSpecial(Path.Combine(_folder, "nothing")));
    }

    [Fact]
    public void A_file_that_is_added_to_keeps_the_mode_it_had()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        string path = Path.Combine(_folder, "empty.log");
        File.WriteAllText(path, "");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        ExportFile.Append(path).Dispose();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(path));
    }

    [Fact]
    public void A_folder_that_is_not_there_is_an_error() => Assert.Equal(
        ExportError.ExportFileUnwritable,
        Assert.Throws<ExportException>(() => ConnectionFormats.Create(Path.Combine(_folder, "none", "a.csv"), ExportFormat.Csv, replace: false)).Error);

    private string Write(string name, ExportFormat format)
    {
        string path = Path.Combine(_folder, name);
        using ConnectionWriter writer = ConnectionFormats.Create(path, format, replace: false);
        foreach (NetConnection connection in ExportConnections.All)
        {
            writer.Write(connection);
        }

        writer.Complete();
        return path;
    }
}
