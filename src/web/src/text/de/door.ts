import type { door as english } from '../en/door';
import type { Translation } from '../language';

export const door: Translation<typeof english> = {
  'door.title': 'Anmelden',
  'door.code': 'Einmalcode',
  'door.enter': 'Öffnen',
  'door.entering': 'Wird geöffnet…',
  'door.noCode': 'Kein Code zur Hand?',
  'door.byStart': 'Der Hub gibt bei jedem Start einen Link mit einem Code aus.',
  'door.byCommand': 'Auf dem Rechner des Hubs gibt dieser Befehl einen neuen aus:',
  'door.byDevice': 'Ein bereits angemeldeter Browser erstellt einen auf seiner Seite „Angemeldete Browser“.',
  'door.malformed': 'Ein Code hat zehn Buchstaben und Ziffern. Prüfen Sie ihn oder fügen Sie den ganzen Link ein.',
  'door.wrong': 'Dieser Code ist falsch, schon benutzt oder zu alt. Lassen Sie sich einen neuen geben.',
  'door.tooOften': 'Zu viele falsche Codes. Warten Sie eine Minute und versuchen Sie es noch einmal.',
  'door.failed': 'Der Hub hat nicht geantwortet. Prüfen Sie, ob er läuft, und versuchen Sie es noch einmal.',
  'door.insecure': 'Hier muss sich niemand anmelden.',
  'door.insecureHint': 'Alle im Netz können alles lesen und ändern, weil web.insecure gesetzt ist.',

  'sessions.title': 'Angemeldete Browser',
  'sessions.about':
    'Jeder von ihnen kann alles lesen und ändern. Ein Browser bleibt angemeldet, bis er 30 Tage nicht benutzt wurde oder Sie ihn abmelden.',
  'sessions.none': 'Kein Browser ist angemeldet. Dieser Hub lässt Sie auch so ein.',
  'sessions.invite': 'Weiteres Gerät anmelden',
  'sessions.anotherCode': 'Noch ein Code',
  'sessions.use': 'Geben Sie dort diesen Code ein oder öffnen Sie',
  'sessions.copy': 'Link kopieren',
  'sessions.copied': 'Kopiert',
  'sessions.holds': { one: 'Er gilt einmal, noch {count} Minute.', other: 'Er gilt einmal, noch {count} Minuten.' },
  'sessions.expired': 'Der Code ist abgelaufen.',
  'sessions.thisMachine':
    'Dieser Link führt nur zu diesem Rechner. Für andere Geräte lassen Sie den Hub im Netz lauschen (web.listen) und öffnen diese Seite '
    + 'unter seinem Namen.',
  'sessions.browserOn': '{browser} auf {system}',
  'sessions.unnamed': 'Ein Browser ohne Namen',
  'sessions.current': 'dieser hier',
  'sessions.seen': 'gesehen',
  'sessions.created': 'angemeldet',
  'sessions.end': 'Abmelden',
  'sessions.endNamed': '{name} abmelden',
  'sessions.leave': 'Hier abmelden',
  'sessions.failed': 'Das hat nicht geklappt ({reason}).',
};
