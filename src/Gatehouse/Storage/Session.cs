using Microsoft.Data.Sqlite;

namespace Gatehouse.Storage;

/// <summary>
/// One connection within a transaction that somebody else begins and ends. For one thread at a time; not kept by who is given it.
/// </summary>
internal sealed class Session : IDisposable
{
    private readonly Dictionary<string, SqliteCommand> _commands = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Statement> _statements = new(StringComparer.Ordinal);

    public Session(SqliteConnection connection) => Connection = connection;

    public SqliteConnection Connection { get; }

    /// <summary>False between transactions, also when an error has ended one.</summary>
    public bool IsInTransaction => SQLitePCL.raw.sqlite3_get_autocommit(Connection.Handle) == 0;

    /// <summary>
    /// The command of this text, compiled once and kept for the next call, so the text is a constant and what varies is a parameter. It
    /// comes without parameters; readers of it are closed before the work ends.
    /// </summary>
    public SqliteCommand Command(string sql)
    {
        if (_commands.TryGetValue(sql, out var command))
        {
            command.Parameters.Clear();
            return command;
        }
        command = Connection.CreateCommand();
#pragma warning disable CA2100 // callers pass constants
        command.CommandText = sql;
#pragma warning restore CA2100
        _commands.Add(sql, command);
        return command;
    }

    /// <summary>The one statement of this text, compiled once and kept as <see cref="Command"/> does, for who is in a hurry.</summary>
    public Statement Statement(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement)) _statements.Add(sql, statement = new Statement(Connection, sql));
        return statement;
    }

    /// <summary>Carries out statements that return nothing.</summary>
    public void Execute(string sql) => Command(sql).ExecuteNonQuery();

    public void Dispose()
    {
        foreach (var command in _commands.Values) command.Dispose();
        foreach (var statement in _statements.Values) statement.Dispose();
        Connection.Dispose();
    }
}
