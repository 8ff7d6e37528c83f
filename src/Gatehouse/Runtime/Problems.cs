using Microsoft.AspNetCore.Http.HttpResults;

namespace Gatehouse.Runtime;

/// <summary>Errors as the HTTP interface tells them: problem documents (RFC 9457) whose detail says what to do.</summary>
internal static class Problems
{
    public static ProblemHttpResult BadRequest(string reason) => Of(StatusCodes.Status400BadRequest, "Bad request", reason);

    public static ProblemHttpResult TooLong() =>
        BadRequest($"the body has more than {JsonBody.MaxBytes} bytes; store large things as blobs");

    /// <summary>Members that break rules: all of them as <c>errors</c>, the first one in words.</summary>
    public static ProblemHttpResult BadFields(params FieldError[] errors) => TypedResults.Problem(
        errors[0].ToString(), statusCode: StatusCodes.Status400BadRequest, title: "Bad request",
        extensions: [KeyValuePair.Create<string, object?>("errors", errors)]);

    public static ProblemHttpResult Of(int status, string title, string? reason) =>
        TypedResults.Problem(reason, statusCode: status, title: title);
}
