using System.Text.Json;
using Microsoft.Playwright;

namespace Gatehouse.SystemTests.Support;

/// <summary>What must hold of every page, in every theme and at every width.</summary>
internal static class ForEverybody
{
    private static readonly string Axe = File.ReadAllText(Repository.PathOf("src/web/node_modules/axe-core/axe.min.js"));

    /// <summary>Axe finds nothing against WCAG 2.1 AA, and the page does not scroll sideways.</summary>
    public static async Task CheckAsync(IPage page)
    {
        await page.EvaluateAsync(Axe);
        var violations = await page.EvaluateAsync<JsonElement>(
            "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa']}).then(r => r.violations)");
        Assert.Equal("[]", violations.GetRawText());
        Assert.True(
            await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= window.innerWidth"), "The page scrolls sideways.");
    }
}
