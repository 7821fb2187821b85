import type { PatroniSource } from '../../../targets/spec.ts';
import { askExporter, askOnce, ExporterSilence } from '../../exporter-request.ts';
import type { Login } from '../../credentials.ts';
import { parseAnswer, type AnswerName, type AnswerOf } from './answers.ts';

/** No answer that can be used, with the reason as the rest of a sentence, without a full stop. */
export type Silent = { silent: string };

/** Asks one Patroni what it knows; that changes nothing, and no login is needed for it. */
export async function askPatroni<Name extends AnswerName>(
  { url }: PatroniSource,
  name: Name,
): Promise<AnswerOf<Name> | Silent> {
  const { host } = new URL(url);
  try {
    const { status, body } = await askExporter(`${url}/${name}`);
    if (status !== 200) return { silent: `${host} answered HTTP ${status}${saidOf(body)}` };
    return parseAnswer(name, body) ?? { silent: `what ${host} answers to /${name} is not of Patroni` };
  } catch (thrown) {
    if (thrown instanceof ExporterSilence) return { silent: thrown.message };
    throw thrown;
  }
}

/** The first of them that answers; what it says of the cluster is the same everywhere. */
export async function askAny<Name extends AnswerName>(
  sources: readonly PatroniSource[],
  name: Name,
): Promise<AnswerOf<Name> | Silent> {
  const silences: string[] = [];
  for (const source of sources) {
    // oxlint-disable-next-line no-await-in-loop -- the next only where this one is silent
    const answer = await askPatroni(source, name);
    if (!('silent' in answer)) return answer;
    silences.push(answer.silent);
  }
  return { silent: silences.join('; ') };
}

export type SwitchoverAnswer = { status: number; said: string } | Silent;

/**
 * Asks for one switchover, at once, and sends that once. Patroni answers when it is over, or after a while of its own.
 * https://patroni.readthedocs.io/en/latest/rest_api.html#switchover-and-failover-endpoints
 */
export async function postSwitchover(
  { url }: PatroniSource,
  { user, password = '' }: Login,
  order: { leader: string; candidate: string },
  timeoutMs: number,
): Promise<SwitchoverAnswer> {
  const authorization = user === undefined ? {} : { authorization: `Basic ${btoa(`${user}:${password}`)}` };
  const headers = { 'content-type': 'application/json', ...authorization };
  const question = { method: 'POST', headers, body: JSON.stringify(order) } as const;
  try {
    const { status, body } = await askOnce(`${url}/switchover`, question, timeoutMs);
    return { status, said: body.trim().slice(0, 200) };
  } catch (thrown) {
    if (thrown instanceof ExporterSilence) return { silent: thrown.message };
    throw thrown;
  }
}

function saidOf(body: string): string {
  const text = body.trim().slice(0, 100);
  return text === '' || text.startsWith('<') || text.startsWith('{') ? '' : ` (${text})`;
}
