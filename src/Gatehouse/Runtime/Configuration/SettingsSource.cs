namespace Gatehouse.Runtime.Configuration;

/// <summary>Where the settings come from, each time they are read: the file and the arguments of <c>--set</c>.</summary>
/// <param name="File">The file, by the name that problems will call it.</param>
/// <param name="IsOptional">True when nobody asked for this very file, so that its absence means defaults.</param>
/// <param name="Overrides">The arguments of <c>--set</c>.</param>
internal sealed record SettingsSource(string File, bool IsOptional, IReadOnlyList<string> Overrides)
{
    public SettingsLoad Load(SettingsLayout layout)
    {
        byte[]? utf8 = null;
        SettingsProblem? unreadable = null;
        try
        {
            utf8 = System.IO.File.ReadAllBytes(File);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException && IsOptional)
        {
            // Defaults it is.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            unreadable = new SettingsProblem(SettingsProblemKind.Unreadable, File, 1, 1, "", $"the file cannot be read: {e.Message}");
        }
        var load = SettingsLoader.Load(layout, File, utf8, Overrides);
        return unreadable is null ? load : new SettingsLoad(null, [unreadable, .. load.Problems]);
    }
}
