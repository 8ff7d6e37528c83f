/** How a value is told, on every page. */
export const values = {
  'quality.good': 'good',
  'quality.suspect': 'suspect',
  'quality.stale': 'stale',
  'quality.bad': 'bad',

  'value.none': 'no value',
  'value.empty': 'empty text',
  'value.on': 'on',
  'value.off': 'off',
  'value.blob': '{type}, {size}',
  'value.noPicture': 'This picture cannot be shown',

  'write.failed': 'Not set: {reason}',

  'duration.s': '{count} s',
  'duration.min': '{count} min',
  'duration.h': '{count} h',
  'duration.d': '{count} d',
  'duration.y': '{count} y',

  'age.now': 'now',
  'age.seconds': '{count} s ago',
  'age.minutes': '{count} min ago',
  'age.hours': '{count} h ago',
  'age.days': '{count} d ago',
  'age.ahead': 'ahead',
  'age.title': '{local}\n{utc} UTC',
} as const;
