import { isRecord, type Json } from '../hub/json';

const types = 'png|jpeg|webp|gif|avif';
const inline = new RegExp(`^data:image/(?:${types});base64,[A-Za-z0-9+/]+={0,2}$`);
const ofBlob = new RegExp(`^image/(?:${types})$`);

/**
 * Where the picture of a value is; null when the value is none. Only this ever becomes the source of an image: a picture of a known type
 * in the value itself, or a blob of this hub.
 */
export function pictureOf(value: Json | undefined): string | null {
  if (typeof value === 'string') return value.startsWith('data:image/') && inline.test(value) ? value : null;
  if (!isRecord(value) || typeof value['blob'] !== 'string' || typeof value['type'] !== 'string') return null;
  return value['blob'] !== '' && !/^\.{1,2}$/.test(value['blob']) && ofBlob.test(value['type'])
    ? `/api/blobs/${encodeURIComponent(value['blob'])}`
    : null;
}
