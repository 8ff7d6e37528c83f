namespace Gatehouse.Web;

/// <summary>How middleware says no: with a problem document, as endpoints do.</summary>
internal static class Refusal
{
    public static async Task WriteAsync(HttpContext http, int status, string title, string detail)
    {
        http.Response.StatusCode = status;
        // A client that takes no such document gets the status alone.
        await http.RequestServices.GetRequiredService<IProblemDetailsService>().TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = http,
            ProblemDetails = { Status = status, Title = title, Detail = detail },
        });
    }
}
