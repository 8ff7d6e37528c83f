/** What stands around every page. */
export const shell = {
  'app.name': 'Gatehouse',
  'app.title': '{hub} · Gatehouse',
  'app.titleAway': '{hub} (not live) · Gatehouse',
  'app.version': 'Gatehouse {version}',
  'app.skip': 'Skip to the content',
  'app.loading': 'Loading…',
  'app.notLoaded': 'This part of the page could not be loaded ({reason}). Check that the hub is running, then reload the page.',
  'app.notFound': 'There is no page here',
  'app.notFoundHint': 'The address {path} leads nowhere. Perhaps it was shortened on the way.',
  'app.toOverview': 'To the overview',

  'nav.label': 'Pages',
  'nav.overview': 'Overview',
  'nav.chart': 'Chart',
  'nav.system': 'System',

  'undo.undo': 'Undo',
  'undo.dismiss': 'Dismiss',
  'undo.failed': 'It could not be undone ({reason}).',

  'connection.connecting': 'Connecting',
  'connection.live': 'Live',
  'connection.reconnecting': 'Reconnecting',
  'connection.unreachable': 'Hub does not answer',
  'connection.signedOut': 'Signed out',
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

  'search.label': 'Search by title, room, kind or key',
  'search.hint': 'Title, room, kind or key',
  'search.none': 'Nothing matches “{search}”.',

  'times.clock': 'Show times',
  'times.age': 'Show ages',
} as const;
