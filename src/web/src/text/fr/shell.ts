import type { shell as english } from '../en/shell';
import type { Translation } from '../language';

export const shell: Translation<typeof english> = {
  'app.name': 'Gatehouse',
  'app.title': '{hub} · Gatehouse',
  'app.titleAway': '{hub} (hors ligne) · Gatehouse',
  'app.version': 'Gatehouse {version}',
  'app.skip': 'Aller au contenu',
  'app.loading': 'Chargement…',
  'app.notLoaded':
    'Cette partie de la page n’a pas pu être chargée ({reason}). Vérifiez que le hub fonctionne, puis rechargez la page.',
  'app.notFound': 'Il n’y a pas de page ici',
  'app.notFoundHint': 'L’adresse {path} ne mène nulle part. Elle a peut-être été tronquée en chemin.',
  'app.toOverview': 'Vers l’aperçu',

  'nav.label': 'Pages',
  'nav.overview': 'Aperçu',
  'nav.chart': 'Graphique',
  'nav.system': 'Système',

  'undo.undo': 'Annuler',
  'undo.dismiss': 'Fermer',
  'undo.failed': 'L’annulation a échoué ({reason}).',

  'connection.connecting': 'Connexion',
  'connection.live': 'En direct',
  'connection.reconnecting': 'Reconnexion',
  'connection.unreachable': 'Le hub ne répond pas',
  'connection.signedOut': 'Déconnecté',
  'connection.away':
    'Le hub est arrêté ou hors de portée. S’il devrait fonctionner, vérifiez qu’il est démarré et que cet appareil est sur son '
    + 'réseau. La page reprend d’elle-même.',
  'connection.lastKnown': 'Les valeurs ci-dessous sont les dernières reçues.',
  'connection.rejected': {
    one: '{count} changement du hub n’a pas pu être lu. Rechargez la page ; si cela se reproduit, signalez-le.',
    other: '{count} changements du hub n’ont pas pu être lus. Rechargez la page ; si cela se reproduit, signalez-le.',
  },
  'connection.noInfo': 'Le nom du hub n’a pas pu être lu ({reason}).',
  'connection.noDevices':
    'Les noms des appareils n’ont pas pu être lus ({reason}). Les clés sont affichées à leur place, et la page les redemandera.',

  'trouble.label': 'Le hub a un problème :',

  'search.label': 'Chercher par titre, pièce, type ou clé',
  'search.hint': 'Titre, pièce, type ou clé',
  'search.none': 'Rien ne correspond à « {search} ».',

  'times.clock': 'Afficher l’heure',
  'times.age': 'Afficher l’âge',
};
