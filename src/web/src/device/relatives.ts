/** What belongs to a device: the one that it is a part of, and its own parts. */
export interface Relatives {
  readonly parent: string | undefined;
  readonly children: readonly string[];
}

/** A sub-device is named after its device, with a dot and more; which dots part them, the names that are there tell. */
export function relativesOf(name: string, names: Iterable<string>): Relatives {
  let parent: string | undefined;
  const below: string[] = [];
  for (const other of names) {
    if (name.startsWith(`${other}.`) && other.length > (parent?.length ?? 0)) parent = other;
    if (other.startsWith(`${name}.`)) below.push(other);
  }
  // Parts of parts are shown with those.
  const children = below.filter((child) => !below.some((other) => child.startsWith(`${other}.`)));
  return { parent, children: children.sort() };
}
