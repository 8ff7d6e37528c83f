import type { values as english } from '../en/values';
import type { Translation } from '../language';

export const values: Translation<typeof english> = {
  'quality.good': 'bonne',
  'quality.suspect': 'douteuse',
  'quality.stale': 'périmée',
  'quality.bad': 'mauvaise',

  'value.none': 'aucune valeur',
  'value.empty': 'texte vide',
  'value.on': 'marche',
  'value.off': 'arrêt',
  'value.blob': '{type}, {size}',
  'value.noPicture': 'Cette image ne peut pas être affichée',

  'write.failed': 'Pas réglé : {reason}',

  'duration.s': '{count} s',
  'duration.min': '{count} min',
  'duration.h': '{count} h',
  'duration.d': '{count} j',
  'duration.y': '{count} a',

  'age.now': 'maintenant',
  'age.seconds': 'il y a {count} s',
  'age.minutes': 'il y a {count} min',
  'age.hours': 'il y a {count} h',
  'age.days': 'il y a {count} j',
  'age.ahead': 'en avance',
  'age.title': '{local}\n{utc} UTC',
};
