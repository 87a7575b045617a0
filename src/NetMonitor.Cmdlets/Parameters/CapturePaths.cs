using System.Collections.ObjectModel;
using System.Management.Automation;
using DriveNotFoundException = System.Management.Automation.DriveNotFoundException;

namespace NetMonitor.Cmdlets;

/// <summary>Paths of capture files as PowerShell users write them: relative to the current location, on any file-system drive, "-" for standard input.</summary>
internal static class CapturePaths
{
    /// <summary>Standard input, as other tools of the field write it.</summary>
    public const string StandardInput = "-";

    private const string FileSystem = "FileSystem";

    /// <summary>The file that a literal path names.</summary>
    /// <returns>Its full path, or null with <paramref name="error"/> set.</returns>
    public static string? Literal(PathIntrinsics paths, string path, out ErrorRecord? error)
    {
        error = null;
        if (path == StandardInput)
        {
            return path;
        }

        try
        {
            // As it stands, else as completion writes it, with a backtick before what could be a wildcard.
            foreach (string name in (string[])[path, WildcardPattern.Unescape(path)])
            {
                string full = paths.GetUnresolvedProviderPathFromPSPath(name, out ProviderInfo provider, out _);
                if (provider.Name == FileSystem && File.Exists(full))
                {
                    return full;
                }
            }

            error = Errors.FileNotFound(path, inner: null);
        }
        catch (Exception missing) when (missing is ItemNotFoundException or DriveNotFoundException or ProviderNotFoundException)
        {
            error = Errors.FileNotFound(path, missing);
        }

        return null;
    }

    /// <summary>The files that paths name; what names none is a non-terminating error of <paramref name="cmdlet"/>.</summary>
    public static IEnumerable<string> Files(PSCmdlet cmdlet, IEnumerable<string> paths, bool literal)
    {
        foreach (string path in paths)
        {
            ErrorRecord? error;
            IReadOnlyList<string> files = literal
                ? Literal(cmdlet.SessionState.Path, path, out error) is { } file ? [file] : []
                : Wildcard(cmdlet.SessionState.Path, path, out error);
            if (error is not null)
            {
                cmdlet.WriteError(error);
            }

            foreach (string found in files)
            {
                yield return found;
            }
        }
    }

    /// <summary>The files that a path with wildcards names. A wildcard that matches nothing is an error, as a name without a file is.</summary>
    public static IReadOnlyList<string> Wildcard(PathIntrinsics paths, string path, out ErrorRecord? error)
    {
        if (path == StandardInput || !WildcardPattern.ContainsWildcardCharacters(path))
        {
            return Literal(paths, path, out error) is { } one ? [one] : [];
        }

        error = null;
        try
        {
            Collection<string> found = paths.GetResolvedProviderPathFromPSPath(path, out ProviderInfo provider);
            List<string> files = provider.Name == FileSystem ? [.. found.Where(File.Exists)] : [];
            if (files.Count == 0)
            {
                error = Errors.FileNotFound(path, inner: null);
            }

            return files;
        }
        catch (Exception missing) when (missing is ItemNotFoundException or DriveNotFoundException or ProviderNotFoundException)
        {
            error = Errors.FileNotFound(path, missing);
            return [];
        }
    }
}
