import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../../core/errors.ts';

/** Asks again and again until the answer is yes; `what` is what is waited for, for the person who reads that it never came. */
export async function until(what: string, ask: () => Promise<boolean>, timeoutMs = 60_000): Promise<void> {
  for (const deadlineMs = Date.now() + timeoutMs; Date.now() < deadlineMs; await sleep(100)) {
    if (await ask()) return;
  }
  throw new Fault('timed_out', `waited ${timeoutMs / 1000} s in vain: ${what}`);
}
