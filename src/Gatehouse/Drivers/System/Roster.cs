using System.Text;

namespace Gatehouse.Drivers.System;

/// <summary>Things that appear and disappear, told apart by their names in a text; meeting a known one allocates nothing.</summary>
internal sealed class Roster<T>(Func<string, T> enter) where T : class
{
    private readonly List<Member> _members = [];

    /// <summary>The one of this name, present from now on until a <see cref="Sweep"/> that it was not met before.</summary>
    public T Meet(ReadOnlySpan<byte> name)
    {
        foreach (var known in _members)
        {
            if (!name.SequenceEqual(known.Name)) continue;
            known.Met = true;
            return known.Thing;
        }
        var member = new Member(name.ToArray(), enter(Encoding.UTF8.GetString(name)));
        _members.Add(member);
        return member.Thing;
    }

    /// <summary>Removes those that were not met since the last time, and returns them.</summary>
    public IReadOnlyList<T> Sweep()
    {
        List<T>? gone = null;
        for (var i = _members.Count - 1; i >= 0; i--)
        {
            if (!_members[i].Met)
            {
                (gone ??= []).Add(_members[i].Thing);
                _members.RemoveAt(i);
                continue;
            }
            _members[i].Met = false;
        }
        return gone ?? (IReadOnlyList<T>)[];
    }

    public List<Member>.Enumerator GetEnumerator() => _members.GetEnumerator();

    internal sealed class Member(byte[] name, T thing)
    {
        public byte[] Name => name;

        public T Thing => thing;

        public bool Met { get; set; } = true;
    }
}
