namespace Gatehouse.Storage;

/// <summary>One step of a file's layout to its next version; carried out whole or not at all.</summary>
/// <param name="Version">The version that the layout has afterwards: 1, 2, 3 and so on.</param>
/// <param name="Sql">Any number of statements.</param>
internal sealed record Migration(int Version, string Sql);

/// <summary>The steps of one slice in a file that it shares with others. A slice knows its own tables alone.</summary>
/// <param name="Slice">Its name in the file, which stays for ever.</param>
/// <param name="Migrations">All steps, from version 1 on.</param>
internal sealed record MigrationSet(string Slice, IReadOnlyList<Migration> Migrations);
