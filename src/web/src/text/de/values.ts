import type { values as english } from '../en/values';
import type { Translation } from '../language';

export const values: Translation<typeof english> = {
  'quality.good': 'gut',
  'quality.suspect': 'fraglich',
  'quality.stale': 'veraltet',
  'quality.bad': 'schlecht',

  'value.none': 'kein Wert',
  'value.empty': 'leerer Text',
  'value.on': 'an',
  'value.off': 'aus',
  'value.blob': '{type}, {size}',
  'value.noPicture': 'Dieses Bild lässt sich nicht zeigen',

  'write.failed': 'Nicht gestellt: {reason}',

  'duration.s': '{count} s',
  'duration.min': '{count} min',
  'duration.h': '{count} h',
  'duration.d': '{count} d',
  'duration.y': '{count} J.',

  'age.now': 'jetzt',
  'age.seconds': 'vor {count} s',
  'age.minutes': 'vor {count} min',
  'age.hours': 'vor {count} h',
  'age.days': 'vor {count} d',
  'age.ahead': 'geht vor',
  'age.title': '{local}\n{utc} UTC',
};
