/** Every text of the page. {name} stands for a parameter; a text that counts has the plural forms of its language. */
export const en = {
  'app.name': 'Gatehouse',
  'app.title': '{hub} · Gatehouse',
  'app.titleAway': '{hub} (not live) · Gatehouse',
  'app.version': 'Gatehouse {version}',
  'app.skip': 'Skip to the values',

  'connection.connecting': 'Connecting',
  'connection.live': 'Live',
  'connection.reconnecting': 'Reconnecting',
  'connection.unreachable': 'Hub does not answer',
  'connection.away':
    'The hub stopped or is out of reach. If it should be running, check that it is started and that this device is on its network. '
    + 'This page goes live again by itself.',
  'connection.lastKnown': 'The values below are the last ones received.',
  'connection.rejected': {
    one: '{count} change from the hub could not be read. Reload the page; if it comes back, report it.',
    other: '{count} changes from the hub could not be read. Reload the page; if it comes back, report it.',
  },
  'connection.noInfo': 'The name of the hub could not be read ({reason}).',
  'connection.noDevices': 'The names of devices could not be read ({reason}). Keys are shown instead, and the page will ask again.',

  'trouble.label': 'The hub is in trouble:',

  'search.label': 'Search by key, title or room',
  'search.hint': 'Key, title or room',
  'search.found': { one: '{count} value found', other: '{count} values found' },
  'search.none': 'Nothing matches “{search}”.',
  'search.clear': 'Clear search',

  'times.clock': 'Show times',
  'times.age': 'Show ages',

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

  'quality.good': 'good',
  'quality.suspect': 'suspect',
  'quality.stale': 'stale',
  'quality.bad': 'bad',

  'value.none': 'no value',
  'value.empty': 'empty text',
  'value.on': 'on',
  'value.off': 'off',
  'value.blob': '{type}, {size}',

  'age.now': 'now',
  'age.seconds': '{count} s ago',
  'age.minutes': '{count} min ago',
  'age.hours': '{count} h ago',
  'age.days': '{count} d ago',
  'age.ahead': 'ahead',
  'age.title': '{local}\n{utc} UTC',

  'empty.waiting': 'Asking the hub for its values…',
  'empty.title': 'No values yet',
  'empty.what': 'Everything that devices, sensors, robots and programs report to this hub shows up here by itself.',
  'empty.try': 'Try it: send a first value from a terminal.',
  'empty.next': 'Then connect a device or point a program at this hub. Nothing here needs a reload.',
} as const;
