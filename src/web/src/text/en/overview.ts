/** The overview. */
export const overview = {
  'section.devices': 'Devices',
  'section.others': 'Other values',

  'root.alarm': 'Alarms',
  'root.scenario': 'Scenarios',
  'root.event': 'Events',
  'root.socket': 'Lab sockets',
  'root.robot': 'Robots',
  'root.hub': 'Hub',

  'section.count': { one: '{count} value', other: '{count} values' },

  'group.more': { one: 'Show {count} more', other: 'Show {count} more' },
  'group.fewer': 'Show fewer',

  'demo.mark': 'Demo',
  'demo.about':
    'Devices marked “Demo” are made up: they show what the hub does before real devices are connected. Once removed, '
    + '“gatehouse call demo.restore” brings them back.',
  'demo.remove': 'Remove demo devices',
  'demo.removing': 'Removing…',
  'demo.failed': 'The hub did not confirm that the demo devices were removed ({reason}). Try again.',

  'empty.waiting': 'Asking the hub for its values…',
  'empty.title': 'No values yet',
  'empty.what': 'Everything that devices, sensors, robots and programs report to this hub shows up here by itself.',
  'empty.try': 'Try it: send a first value from a terminal.',
  'empty.next': 'Then connect a device or point a program at this hub. Nothing here needs a reload.',
} as const;
