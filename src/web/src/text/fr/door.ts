import type { door as english } from '../en/door';
import type { Translation } from '../language';

export const door: Translation<typeof english> = {
  'door.title': 'Connexion',
  'door.code': 'Code à usage unique',
  'door.enter': 'Ouvrir',
  'door.entering': 'Ouverture…',
  'door.noCode': 'Pas de code sous la main ?',
  'door.byStart': 'Le hub affiche un lien avec un code à chaque démarrage.',
  'door.byCommand': 'Sur la machine du hub, cette commande en affiche un nouveau :',
  'door.byDevice': 'Un navigateur déjà connecté en crée un sur sa page « Navigateurs connectés ».',
  'door.malformed': 'Un code compte dix lettres et chiffres. Vérifiez-le, ou collez le lien entier.',
  'door.wrong': 'Ce code est faux, déjà utilisé ou trop ancien. Demandez-en un nouveau.',
  'door.tooOften': 'Trop de codes faux. Attendez une minute, puis réessayez.',
  'door.failed': 'Le hub n’a pas répondu. Vérifiez qu’il fonctionne, puis réessayez.',
  'door.insecure': 'Ici, personne n’a besoin de se connecter.',
  'door.insecureHint': 'Tout le monde sur le réseau peut tout lire et tout modifier, car web.insecure est activé.',

  'sessions.title': 'Navigateurs connectés',
  'sessions.about':
    'Chacun d’eux peut tout lire et tout modifier. Un navigateur reste connecté jusqu’à 30 jours sans usage, ou jusqu’à ce que vous le '
    + 'déconnectiez.',
  'sessions.none': 'Aucun navigateur n’est connecté. Ce hub vous laisse entrer sans cela.',
  'sessions.invite': 'Connecter un autre appareil',
  'sessions.anotherCode': 'Un autre code',
  'sessions.use': 'Saisissez-y ce code, ou ouvrez',
  'sessions.copy': 'Copier le lien',
  'sessions.copied': 'Copié',
  'sessions.holds': {
    one: 'Il ne sert qu’une fois, pendant encore {count} minute.',
    other: 'Il ne sert qu’une fois, pendant encore {count} minutes.',
  },
  'sessions.expired': 'Le code a expiré.',
  'sessions.thisMachine':
    'Ce lien ne mène qu’à cette machine. Pour d’autres appareils, faites écouter le hub sur le réseau (web.listen) et ouvrez '
    + 'cette page par son nom.',
  'sessions.browserOn': '{browser} sur {system}',
  'sessions.unnamed': 'Un navigateur sans nom',
  'sessions.current': 'celui-ci',
  'sessions.seen': 'vu',
  'sessions.created': 'connecté',
  'sessions.end': 'Déconnecter',
  'sessions.endNamed': 'Déconnecter {name}',
  'sessions.leave': 'Se déconnecter ici',
  'sessions.failed': 'Cela n’a pas marché ({reason}).',
};
