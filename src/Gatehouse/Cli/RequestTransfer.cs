using System.CommandLine;
using System.IO.Pipelines;
using Gatehouse.Requests.Import;
using Gatehouse.Sdk.Hub;

namespace Gatehouse.Cli;

/// <summary><c>requests import</c>: requests of a <c>hub.db</c> that was set aside.</summary>
internal static class RequestTransfer
{
    private const int Lump = 64 * 1024;

    public static Command Import(ClientRunner runner)
    {
        var file = new Argument<string>("FILE")
        {
            Description = "A hub.db, also a damaged one, that no hub runs with.",
        };
        var command = new ExampledCommand(
            "import",
            "Bring the requests of another hub.db into the hub, with their ids, states and answers. What it has already is left as it is, "
            + "so an import may be done again. Pending ones are delivered again.",
            "gatehouse requests import ~/.local/share/gatehouse/hub.db.damaged-20260131T120000Z")
        {
            file, runner.Options.Json,
        };
        command.SetAction((parsed, stop) => runner.RunAsync(parsed, async hub =>
        {
            var path = parsed.GetRequiredValue(file);
            try
            {
                using var salvage = RequestSalvage.Open(path);
                return await ImportAsync(runner, hub, path, salvage, runner.WantsJson(parsed), stop);
            }
            catch (Exception e) when (e is UnauthorizedAccessException or FileNotFoundException or DirectoryNotFoundException)
            {
                runner.Tell($"{path} cannot be read: {e.Message}");
                return ExitCode.Failed;
            }
        }));
        return command;
    }

    private static async Task<int> ImportAsync(
        ClientRunner runner, HubClient hub, string path, RequestSalvage salvage, bool json, CancellationToken stop)
    {
        if (salvage.IsEmpty)
        {
            runner.Tell($"{path} holds no requests, or none that can be read");
            return ExitCode.Failed;
        }
        var report = await SendAsync(salvage, hub, stop);
        await runner.PrintAsync(json ? JsonText.Of(report) + "\n" : Show(report), stop);
        foreach (var problem in report.Problems) runner.Tell(problem);
        if (report.Refused > report.Problems.Count) runner.Tell($"… {report.Refused} requests in all");
        if (salvage.Unreadable > 0) runner.Tell($"{salvage.Unreadable} requests of {path} cannot be read: a part of them is damaged");
        if (salvage.LostAnswers > 0)
        {
            runner.Tell(
                $"{salvage.LostAnswers} requests of {path} were answered, but their answers are damaged; they are left out, for they would "
                + "be carried out once more");
        }
        return report.Refused == 0 && salvage.Unreadable + salvage.LostAnswers == 0 ? ExitCode.Ok : ExitCode.Failed;
    }

    private static async Task<HubRequestImport> SendAsync(RequestSalvage salvage, HubClient hub, CancellationToken stop)
    {
        var pipe = new Pipe();
        var writing = WriteAsync(salvage, pipe.Writer, stop);
        try
        {
            return await hub.Durable.ImportAsync(pipe.Reader.AsStream(), stop);
        }
        finally
        {
            await pipe.Reader.CompleteAsync();
            await writing;
        }
    }

    private static async Task WriteAsync(RequestSalvage salvage, PipeWriter output, CancellationToken stop)
    {
        foreach (var request in salvage.Read())
        {
            RequestLine.Write(output, request);
            if (output.UnflushedBytes > Lump && (await output.FlushAsync(stop)).IsCompleted) break;
        }
        await output.CompleteAsync();
    }

    private static string Show(HubRequestImport report) => report.Refused == 0
        ? $"{report.Imported} requests imported, {report.Known} known already\n"
        : $"{report.Imported} requests imported, {report.Known} known already, {report.Refused} refused\n";
}
