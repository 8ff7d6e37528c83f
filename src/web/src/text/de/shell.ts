import type { shell as english } from '../en/shell';
import type { Translation } from '../language';

export const shell: Translation<typeof english> = {
  'app.name': 'Gatehouse',
  'app.title': '{hub} · Gatehouse',
  'app.titleAway': '{hub} (nicht live) · Gatehouse',
  'app.version': 'Gatehouse {version}',
  'app.skip': 'Zum Inhalt springen',
  'app.loading': 'Wird geladen…',
  'app.notLoaded':
    'Dieser Teil der Seite konnte nicht geladen werden ({reason}). Prüfen Sie, ob der Hub läuft, und laden Sie die Seite neu.',
  'app.notFound': 'Hier ist keine Seite',
  'app.notFoundHint': 'Die Adresse {path} führt nirgendwohin. Vielleicht wurde sie unterwegs gekürzt.',
  'app.toOverview': 'Zur Übersicht',

  'nav.label': 'Seiten',
  'nav.overview': 'Übersicht',
  'nav.chart': 'Diagramm',
  'nav.system': 'System',

  'undo.undo': 'Rückgängig',
  'undo.dismiss': 'Schließen',
  'undo.failed': 'Es ließ sich nicht rückgängig machen ({reason}).',

  'connection.connecting': 'Verbindet',
  'connection.live': 'Live',
  'connection.reconnecting': 'Verbindet neu',
  'connection.unreachable': 'Hub antwortet nicht',
  'connection.signedOut': 'Abgemeldet',
  'connection.away':
    'Der Hub läuft nicht oder ist nicht erreichbar. Wenn er laufen sollte, prüfen Sie, ob er gestartet ist und dieses Gerät in seinem Netz '
    + 'ist. Die Seite geht von selbst wieder live.',
  'connection.lastKnown': 'Die Werte unten sind die zuletzt empfangenen.',
  'connection.rejected': {
    one: '{count} Änderung des Hubs war nicht lesbar. Laden Sie die Seite neu; kommt es wieder vor, melden Sie es bitte.',
    other: '{count} Änderungen des Hubs waren nicht lesbar. Laden Sie die Seite neu; kommt es wieder vor, melden Sie es bitte.',
  },
  'connection.noInfo': 'Der Name des Hubs war nicht lesbar ({reason}).',
  'connection.noDevices':
    'Die Namen der Geräte waren nicht lesbar ({reason}). Stattdessen stehen hier Schlüssel; die Seite fragt wieder nach.',

  'trouble.label': 'Der Hub hat ein Problem:',

  'search.label': 'Suchen nach Titel, Raum, Art oder Schlüssel',
  'search.hint': 'Titel, Raum, Art, Schlüssel',
  'search.none': 'Nichts passt zu „{search}“.',

  'times.clock': 'Uhrzeiten zeigen',
  'times.age': 'Alter zeigen',
};
