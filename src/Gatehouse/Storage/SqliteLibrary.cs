using System.Reflection;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace Gatehouse.Storage;

/// <summary>
/// Which SQLite is used: the system's when it is newer than the one that comes with the hub, which serves where there is none.
/// </summary>
internal static class SqliteLibrary
{
    private const string Bundled = "e_sqlite3";
    private const string System = "libsqlite3.so.0";

    private static readonly Lazy<string> Chosen = new(Choose);

    /// <summary>Makes the choice before the first connection, once per process; its name and version.</summary>
    public static string Use() => Chosen.Value;

    private static string Choose()
    {
        var provider = typeof(SQLite3Provider_e_sqlite3).Assembly;
        var isSystem = TryLoadNewer(provider, out var system);
        // Only one resolver can be set; a zero handle leaves the look-up to the platform.
        if (isSystem) NativeLibrary.SetDllImportResolver(provider, (name, _, _) => name == Bundled ? system : IntPtr.Zero);
        raw.SetProvider(new SQLite3Provider_e_sqlite3());
        return $"{raw.sqlite3_libversion().utf8_to_string()} ({(isSystem ? System : Bundled)})";
    }

    private static bool TryLoadNewer(Assembly provider, out IntPtr system)
    {
        if (!NativeLibrary.TryLoad(System, out system)) return false;
        if (!NativeLibrary.TryLoad(Bundled, provider, null, out var bundled)) return true;
        var isNewer = VersionOf(system) > VersionOf(bundled);
        NativeLibrary.Free(bundled);
        if (!isNewer) NativeLibrary.Free(system);
        return isNewer;
    }

    private static unsafe int VersionOf(IntPtr library) =>
        NativeLibrary.TryGetExport(library, "sqlite3_libversion_number", out var version) ? ((delegate* unmanaged<int>)version)() : 0;
}
