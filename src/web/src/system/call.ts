import { isRecord, parseJson, writeJson, type Json } from '../hub/json';
import { RefusedError, type Ask } from '../hub/requests';

/** What the form holds. */
export interface CallForm {
  readonly service: string;
  /** text: one frame with what was written as it is. json: an array is one frame for each element, anything else one frame. */
  readonly kind: 'text' | 'json';
  readonly frames: string;
  /** Seconds, as they were written. */
  readonly deadline: string;
}

/** One call that was made: what came of it, and how long it took. */
export interface MadeCall {
  readonly id: number;
  readonly form: CallForm;
  readonly milliseconds: number;
  /** The frames of the answer, or why there are none. */
  readonly answer: { readonly frames: readonly Json[] } | { readonly problem: string; readonly status: number | null };
}

export type FormProblem = 'json' | 'deadline' | 'name';

/** The request waits for itself at most so long; a longer deadline would be given up by the page. */
export const longestDeadline = 9;

/** What is wrong with the form; undefined when it may be sent. */
export function problemOf(form: CallForm): FormProblem | undefined {
  if (form.service.trim() === '' || form.service.endsWith('.')) return 'name';
  const seconds = Number(form.deadline);
  if (form.deadline.trim() === '' || !(seconds > 0) || seconds > longestDeadline) return 'deadline';
  if (form.kind === 'text' || form.frames.trim() === '') return undefined;
  try {
    parseJson(form.frames);
    return undefined;
  } catch {
    return 'json';
  }
}

/** The request's body. Text goes as one frame; without any text there is no frame. */
export function bodyOf({ kind, frames }: CallForm): string {
  return kind === 'json' ? frames : frames === '' ? '' : JSON.stringify([frames]);
}

/** Makes the call. Whatever comes of it is an answer. */
export async function makeCall(ask: Ask, form: CallForm, id: number, now: () => number): Promise<MadeCall> {
  const begun = now();
  const path = `/api/services/${form.service.split('/').map(encodeURIComponent).join('/')}?deadline=${Number(form.deadline)}`;
  try {
    const { body } = await ask(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: bodyOf(form) });
    const frames = isRecord(body) && Array.isArray(body['frames']) ? (body['frames'] as Json[]) : [];
    return { id, form, milliseconds: now() - begun, answer: { frames } };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { id, form, milliseconds: now() - begun, answer: { problem, status: error instanceof RefusedError ? error.status : null } };
  }
}

/** A frame to read: text as it is, all else as JSON in lines. */
export function showFrame(frame: Json): string {
  if (typeof frame === 'string') return frame;
  if (typeof frame !== 'object' || frame === null) return writeJson(frame);
  return JSON.stringify(frame, (_name, part: unknown) => (typeof part === 'bigint' ? String(part) : part), 2);
}
