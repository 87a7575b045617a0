using NetMonitor.Registries;

// Makes the compacted registries that the engine carries. docs/names.md lists the packages with versions, dates and licenses.
// usage: NetMonitor.Registries SOURCES TARGET
//   SOURCES  a folder with the unpacked packages: asn, asn-country, oui-data, port-numbers
//   TARGET   where the files go: src/NetMonitor.Engine/Attribution/Registries
const int ExitUsage = 64; // sysexits.h EX_USAGE
if (args.Length != 2)
{
    Console.Error.WriteLine("usage: NetMonitor.Registries SOURCES TARGET");
    return ExitUsage;
}

(string sources, string target) = (args[0], args[1]);
Places.Compact(Path.Combine(sources, "asn"), Path.Combine(sources, "asn-country"), Path.Combine(target, "places.br"));
Vendors.Compact(Path.Combine(sources, "oui-data", "index.json"), Path.Combine(target, "vendors.br"));
Services.Compact(Path.Combine(sources, "port-numbers", "index.json"), Path.Combine(target, "services.br"));
return 0;
