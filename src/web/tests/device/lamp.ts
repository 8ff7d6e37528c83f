/** A made-up device with a property of each sort, as the hub tells of it. */
export const name = 'h.declared.lamp';
export const key = (property: string) => `/device/${name}/${property}`;
const properties = {
  level: { title: 'Level', type: 'byte', access: 'readWrite', unit: '%', minimum: 0, maximum: 100 },
  on: { title: 'On', type: 'boolean', access: 'readWrite' },
  mode: { title: 'Mode', type: 'list', access: 'readWrite', choices: ['eco', 'boost'] },
  note: { title: 'Note', type: 'text', access: 'readWrite' },
  hours: { title: 'Hours', type: 'schedule', access: 'readWrite' },
  config: { title: 'Config', type: 'json', access: 'readWrite' },
  reset: { title: 'Reset', type: 'boolean', access: 'write' },
  power: { title: 'Power', type: 'real', unit: 'W', interval: 2, maximumRate: 5, stuckAfter: 60, log: true, retention: 86400 },
};
const controls = { level: 'number', on: 'checkbox', mode: 'select', note: 'text', hours: 'schedule', config: 'fieldset', reset: 'button' };

export function device(more: Record<string, unknown> = {}): Record<string, unknown> {
  return { name, oid: 'dimmer', title: 'Lamp', room: 'Hall', kind: 'lamp', properties, ...more };
}

export function form(): unknown {
  const fields = Object.entries(properties).map(([property, known]) => ({
    ...known, name: property, label: known.title, control: controls[property as keyof typeof controls] ?? 'reading',
    writeOnly: 'access' in known && known.access === 'write', step: 1,
    fields: property === 'config' ? [{ name: 'target', label: 'Target', control: 'number', type: 'real', unit: '°C' }] : undefined,
  }));
  return { title: 'Lamp', fields };
}
