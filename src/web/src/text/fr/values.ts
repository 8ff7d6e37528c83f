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

  'span.days': '{count} j',
  'span.hours': '{count} h',
  'span.minutes': '{count} min',
  'span.seconds': '{count} s',

  'age.now': 'maintenant',
  'age.seconds': 'il y a {count} s',
  'age.minutes': 'il y a {count} min',
  'age.hours': 'il y a {count} h',
  'age.days': 'il y a {count} j',
  'age.ahead': 'en avance',
  'age.title': '{local}\n{utc} UTC',
};
