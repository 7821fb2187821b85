import type { GetCommandInvocationResult } from '@aws-sdk/client-ssm';
import type { HostEnd, HostOrder, HostResult } from '../../targets/host-hand.ts';
import { handPhases } from '../../targets/rejoin.ts';
import { workingWords } from './words.ts';

/** AWS shows what it has taken within seconds. */
const HEARD_MS = 120_000;

const PAGE = 'docs/runbooks/rejoin.md';

/** What AWS says of it. `command` undefined: none of this run is known; `afterMs`: since before which nothing was sent. */
export type Asked = {
  command: string | undefined;
  invocation: GetCommandInvocationResult | undefined;
  document: string;
  node: string;
  afterMs: number;
};

/**
 * Pure: how far the agent is, or how it ended. Details of the status tell more than the status:
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/monitor-commands.html
 */
export function became(order: HostOrder, asked: Asked): HostResult {
  const { command, invocation, node, afterMs } = asked;
  if (invocation === undefined) {
    if (afterMs < HEARD_MS) return { ended: 'under-way', phase: 'Systems Manager is asked whether it heard the order' };
    if (command === undefined)
      return end('not-done', `Systems Manager never heard of it, and nothing was done on ${node}.`);
    return person(order, `Systems Manager took the order ${command} and shows nothing of it.`);
  }
  return judged(order, asked, invocation);
}

/** As the console has it, "Delivery Timed Out", and as the API has it, "DeliveryTimedOut". */
function detailsOf({ StatusDetails, Status }: GetCommandInvocationResult): string {
  return (StatusDetails || Status || '').replaceAll(/[\s_-]/g, '');
}

const AT_WORK = new Set(['Pending', 'InProgress', 'Delayed', 'Cancelling']);

/** None of these has begun anything on the host. */
const NEVER_BEGAN: { readonly [details: string]: (node: string) => string } = {
  DeliveryTimedOut: (node) =>
    `the agent of ${node} did not take it within two minutes, and it was withdrawn. Nothing was done.`,
  Undeliverable: (node) => `${node} does not exist any more or does not answer Systems Manager. Nothing was done.`,
  Terminated: (node) => `Systems Manager ended it before it came to ${node}. Nothing was done.`,
  InvalidPlatform: (node) => `the document is not for the system of ${node}. Nothing was done.`,
  InvalidPlatformType: (node) => `the document is not for the system of ${node}. Nothing was done.`,
  AccessDenied: (node) => `Systems Manager may not send to ${node} for the failover role. Nothing was done.`,
  RateExceeded: (node) => `Systems Manager had no room for it (${node}). Nothing was done.`,
  NoInstancesInTag: (node) => `Systems Manager found no ${node}. Nothing was done.`,
};

function judged(order: HostOrder, { node, document }: Asked, invocation: GetCommandInvocationResult): HostResult {
  const details = detailsOf(invocation);
  const { member, primary } = order;
  if (AT_WORK.has(details)) return { ended: 'under-way', phase: workingWords(member) };
  if (details === 'Success') return obeyed(order, document, invocation);
  const never = NEVER_BEGAN[details];
  if (never) return end('not-done', never(node));
  const by = `See how ${member} stands on its host, and make it a standby of ${primary} by hand (${PAGE}).`;
  if (details === 'Failed') return end('not-done', failedWords(member, invocation), [by]);
  if (details === 'Cancelled') return person(order, `somebody cancelled it in Systems Manager ${during(invocation)}.`);
  if (details === 'ExecutionTimedOut')
    return person(
      order,
      `the agent ended the program of ${member} after the longest time that ${document} gives it, ${during(invocation)}.`,
    );
  return person(order, `Systems Manager says "${invocation.StatusDetails ?? invocation.Status}" of it.`);
}

/** What the document says on its standard output is the name of each phase that it began, and nothing else. */
function phasesOf({ StandardOutputContent: said = '' }: GetCommandInvocationResult): string[] {
  const lines = new Set(said.split('\n').map((line) => line.trim()));
  return handPhases.filter((phase) => lines.has(phase));
}

/** A document that is another one than ours has not done what the plan says. */
function obeyed(order: HostOrder, document: string, invocation: GetCommandInvocationResult): HostResult {
  const { member, primary } = order;
  const missing = handPhases.filter((phase) => !phasesOf(invocation).includes(phase));
  if (missing.length > 0)
    return person(
      order,
      `${document} ended well and does not say that it did ${missing.join(', ')}: it is not the document of this version.`,
    );
  const left = [`See that ${member} follows ${primary}: /db health tells.`];
  return {
    ended: 'obeyed',
    why: null,
    evidence: [`The agent on the host of ${member} did ${handPhases.join(', ')}.`],
    left,
  };
}

function failedWords(member: string, invocation: GetCommandInvocationResult): string {
  const { StandardErrorContent: said = '', ResponseCode: code } = invocation;
  const last = said.trim().split('\n').at(-1)?.trim().slice(0, 300);
  const phase = phasesOf(invocation).at(-1);
  const where = phase === undefined ? 'before `stop`' : `at \`${phase}\``;
  return `the program on the host of ${member} failed ${where}: ${last || `it ended with ${code}, without a word`}`;
}

function during(invocation: GetCommandInvocationResult): string {
  const phase = phasesOf(invocation).at(-1);
  return phase === undefined ? 'and nobody knows what it had begun' : `during \`${phase}\``;
}

function end(ended: HostEnd['ended'], why: string, left: readonly string[] = []): HostEnd {
  return { ended, why, evidence: [], left };
}

function person({ member, primary }: HostOrder, why: string): HostEnd {
  return end('needs-a-human', why, [
    `See on the host of ${member} whether a program is at work still and how the server stands; then make it a standby of ${primary} by hand (${PAGE}).`,
  ]);
}
