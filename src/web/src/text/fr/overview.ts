import type { overview as english } from '../en/overview';
import type { Translation } from '../language';

export const overview: Translation<typeof english> = {
  'section.devices': 'Appareils',
  'section.others': 'Autres valeurs',

  'root.alarm': 'Alarmes',
  'root.scenario': 'Scénarios',
  'root.event': 'Événements',
  'root.socket': 'Sockets de laboratoire',
  'root.robot': 'Robots',
  'root.hub': 'Concentrateur',

  'section.count': { one: '{count} valeur', other: '{count} valeurs' },

  'group.more': { one: 'Afficher {count} de plus', other: 'Afficher {count} de plus' },
  'group.fewer': 'Afficher moins',

  'demo.mark': 'Démo',
  'demo.about':
    'Les appareils marqués « Démo » sont fictifs : ils montrent ce que fait le concentrateur avant que de vrais appareils soient '
    + 'reliés. Une fois retirés, « gatehouse call demo.restore » les ramène.',
  'demo.remove': 'Retirer les appareils de démonstration',
  'demo.removing': 'Retrait…',
  'demo.failed': 'Le concentrateur n’a pas confirmé le retrait des appareils de démonstration ({reason}). Réessayez.',

  'empty.waiting': 'Demande des valeurs au concentrateur…',
  'empty.title': 'Pas encore de valeurs',
  'empty.what': 'Tout ce que les appareils, capteurs, robots et programmes signalent à ce concentrateur apparaît ici tout seul.',
  'empty.try': 'Essayez : envoyez une première valeur depuis un terminal.',
  'empty.next': 'Reliez ensuite un appareil, ou dirigez un programme vers ce concentrateur. Rien ici n’a besoin d’être rechargé.',
};
