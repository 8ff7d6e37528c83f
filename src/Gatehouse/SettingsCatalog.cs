using Gatehouse.Blobs;
using Gatehouse.Connectors.Clone;
using Gatehouse.Connectors.Majordomo;
using Gatehouse.Drivers.Fake;
using Gatehouse.Drivers.OneWire;
using Gatehouse.Drivers.System;
using Gatehouse.History;
using Gatehouse.Requests;
using Gatehouse.Runtime;
using Gatehouse.Runtime.Configuration;
using Gatehouse.Tree;
using Gatehouse.Web;

namespace Gatehouse;

/// <summary>The sections of all slices: what <c>gatehouse.json</c> may hold, in the order of the reference.</summary>
internal static class SettingsCatalog
{
    public static SettingsLayout Layout { get; } = new(
        new SettingsSection(HubOptions.SectionName, HubOptionsJson.Default.HubOptions),
        new SettingsSection(LogOptions.SectionName, LogOptionsJson.Default.LogOptions),
        new SettingsSection(WebOptions.SectionName, WebOptionsJson.Default.WebOptions),
        new SettingsSection(TreeOptions.SectionName, TreeOptionsJson.Default.TreeOptions),
        new SettingsSection(HistoryOptions.SectionName, HistoryOptionsJson.Default.HistoryOptions),
        new SettingsSection(BlobOptions.SectionName, BlobOptionsJson.Default.BlobOptions),
        new SettingsSection(RequestOptions.SectionName, RequestOptionsJson.Default.RequestOptions),
        new SettingsSection(MajordomoOptions.SectionName, MajordomoOptionsJson.Default.MajordomoOptions),
        new SettingsSection(CloneOptions.SectionName, CloneOptionsJson.Default.CloneOptions),
        new SettingsSection(SystemDriverOptions.SectionName, SystemDriverOptionsJson.Default.SystemDriverOptions),
        new SettingsSection(OneWireDriverOptions.SectionName, OneWireDriverOptionsJson.Default.OneWireDriverOptions),
        new SettingsSection(FakeDriverOptions.SectionName, FakeDriverOptionsJson.Default.FakeDriverOptions));
}
