using System.Text;
using Gatehouse.Runtime;
using Gatehouse.Sdk.Hub;

namespace Gatehouse.Security;

/// <summary>
/// The file <c>token</c> of the data directory: whoever may read it, which is the hub's own user, may use the hub. It stays over restarts.
/// </summary>
internal sealed partial class AccessToken
{
    private readonly Digest _digest;

    private AccessToken(Secret secret) => _digest = Digest.Of(secret.Text);

    /// <summary>Reads the file, or makes it. One that others can read, or that is no token, is replaced.</summary>
    /// <exception cref="IOException">It can be neither read nor made.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public static AccessToken Open(DataDirectory data, ILogger<AccessToken> logger)
    {
        var path = Path.Combine(data.Path, HubFolder.TokenName);
        if (new DirectoryInfo(path) is { Exists: true, LinkTarget: null })
        {
            throw new IOException($"'{path}' is a folder, where the file with the token belongs; remove that folder and start again.");
        }
        if (FileStatus.Of(path) is { } status)
        {
            if (Objection(status) is { } objection) LogReplaced(logger, path, objection);
            else if (Secret.TryParse(Read(path), out var kept)) return new AccessToken(kept);
            else LogReplaced(logger, path, "it is not a token");
        }
        var secret = Secret.New();
        DurableFile.Replace(path, Encoding.ASCII.GetBytes(secret.Text + "\n"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return new AccessToken(secret);
    }

    public bool Is(string token) => Digest.Of(token).Equals(_digest);

    private static string? Objection(FileStatus status) =>
        !status.IsFile ? "it is not a file"
        : !status.IsOwn ? "it belongs to somebody else"
        : (status.Mode & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite)) != 0 ? "others than its user could use it"
        : null;

    private static string Read(string path)
    {
        using var file = new StreamReader(path, Encoding.Latin1);
        var text = new char[Secret.TextLength + 2];
        return new string(text, 0, file.ReadBlock(text)).TrimEnd('\n');
    }

    [LoggerMessage(
        7005, LogLevel.Warning, "The token in {Path} was replaced, because {Objection}; programs that copied it need the new one")]
    private static partial void LogReplaced(ILogger logger, string path, string objection);
}
