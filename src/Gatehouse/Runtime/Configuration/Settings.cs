namespace Gatehouse.Runtime.Configuration;

/// <summary>Sound settings: one object per section. Nobody changes the objects; a reload makes new ones.</summary>
internal sealed class Settings(IReadOnlyDictionary<Type, object> sections)
{
    /// <summary>The options of one section.</summary>
    /// <exception cref="ArgumentException">No section has this class.</exception>
    public T Get<T>()
        where T : class =>
        sections.TryGetValue(typeof(T), out var section) ? (T)section : throw new ArgumentException($"No section is a {typeof(T).Name}.");

    /// <summary>The object of the section that the option is, or is in.</summary>
    public object Of(Option option) => sections[option.Section!];

    /// <summary>The value of an option as JSON.</summary>
    public string Text(Option option) => option.Print(option.Get(Of(option)));
}
