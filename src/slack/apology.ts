import { randomUUID } from 'node:crypto';
import { asFault } from '../core/errors.ts';
import { bare, json, type FunctionUrlResult } from './function-url.ts';
import { inTime } from './in-time.ts';
import { readButtonClick, readCommandRequest, readSubmission } from './requests.ts';
import { noticeView, say, sentence } from './spoken.ts';

/** One structured line of the log. */
export type Log = (line: object) => void;

const SAY_WITHIN_MS = 500;

/** Logs a fault under a new id and returns the words for the person who met it. Only faults with a name show their sentence. */
export function sorry(thrown: unknown, log: Log): string {
  const fault = asFault(thrown);
  const errorId = randomUUID().slice(0, 8);
  log({ level: 'error', message: 'a Slack request failed', errorId, code: fault.code, reason: fault.message });
  const reason = fault.code === 'bug' ? 'Something broke inside Nightshift.' : fault.message;
  return `${reason} Nothing more was done for this request. Error id: ${errorId}.`;
}

/** Words instead of a status code: what Slack signed is always answered with 200. */
export async function apologise(body: unknown, text: string): Promise<FunctionUrlResult> {
  const { message } = sentence(text);
  // Where nobody knows what it was, a command is likeliest; Slack ignores the words for everything else.
  if (body === undefined || readCommandRequest(body)) return json({ response_type: 'ephemeral', ...message });
  if (readSubmission(body)) return json({ response_action: 'update', view: noticeView(text) });
  const click = readButtonClick(body);
  if (click) await inTime(say(sentence(text), click, {}), SAY_WITHIN_MS);
  return bare(200);
}
