import type { overview as english } from '../en/overview';
import type { Translation } from '../language';

export const overview: Translation<typeof english> = {
  'section.devices': 'Geräte',
  'section.others': 'Weitere Werte',

  'root.alarm': 'Alarme',
  'root.scenario': 'Szenarien',
  'root.event': 'Ereignisse',
  'root.socket': 'Labor-Sockets',
  'root.robot': 'Roboter',
  'root.hub': 'Hub',

  'section.count': { one: '{count} Wert', other: '{count} Werte' },

  'group.more': { one: '{count} weiteren zeigen', other: '{count} weitere zeigen' },
  'group.fewer': 'Weniger zeigen',

  'demo.mark': 'Demo',
  'demo.about':
    'Geräte mit „Demo“ sind ausgedacht: Sie zeigen, was der Hub tut, bevor echte Geräte verbunden sind. Einmal entfernt, bringt '
    + '„gatehouse call demo.restore“ sie zurück.',
  'demo.remove': 'Demogeräte entfernen',
  'demo.removing': 'Wird entfernt…',
  'demo.failed': 'Der Hub hat nicht bestätigt, dass die Demogeräte entfernt sind ({reason}). Versuchen Sie es noch einmal.',

  'empty.waiting': 'Der Hub wird nach seinen Werten gefragt…',
  'empty.title': 'Noch keine Werte',
  'empty.what': 'Alles, was Geräte, Sensoren, Roboter und Programme diesem Hub melden, erscheint hier von selbst.',
  'empty.try': 'Probieren Sie es aus: Senden Sie einen ersten Wert aus einem Terminal.',
  'empty.next': 'Verbinden Sie dann ein Gerät oder lassen Sie ein Programm mit diesem Hub sprechen. Neu laden muss man hier nichts.',
};
