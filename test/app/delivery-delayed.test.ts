import { describe, expect, it } from 'vitest';
import { DeliveryDelayed, delayedDelivery } from '../../src/app/delivery-delayed.ts';

const after = (named: number, attempt: number) =>
  delayedDelivery.retryStrategy(new DeliveryDelayed('Slack asks for a pause', named), attempt);
const secondsAfter = (named: number, attempt: number): number => after(named, attempt).delay.seconds;

describe('a message that Slack cannot take now', () => {
  it('is never tried before the pause that Slack asks for', () => {
    for (let attempt = 1; attempt < 100; attempt++) expect(secondsAfter(90, attempt)).toBe(90);
    for (let attempt = 1; attempt < 100; attempt++) expect(secondsAfter(3, attempt)).toBeGreaterThanOrEqual(3);
  });

  it('is tried again soon at first, and each minute at the latest', () => {
    expect(secondsAfter(1, 1)).toBeLessThanOrEqual(2);
    expect(secondsAfter(1, 50)).toBeGreaterThanOrEqual(30);
    expect(secondsAfter(1, 50)).toBeLessThanOrEqual(60);
  });

  it('is still tried after hours in which Slack asked for a second each time', () => {
    expect(after(1, 1000).shouldRetry).toBe(true);
  });

  it('waits longer and longer where nobody names a pause', () => {
    const seconds = [1, 2, 5, 20].map(
      (attempt) => delayedDelivery.retryStrategy(new Error('no answer'), attempt).delay.seconds,
    );
    expect(seconds).toEqual([2, 4, 32, 900]);
  });
});

describe('a thousand messages at once, of which Slack takes fifty a minute', () => {
  it('all arrive while Slack is never idle for long, with few tries in vain', () => {
    const { tries, minutes, lost } = drained(1000, 50);
    expect(lost).toBe(0);
    expect(minutes).toBeLessThan(23);
    expect(tries / 1000).toBeLessThan(25);
  });
});

/** Seconds pass; whoever is due asks, the first take what Slack has saved up, the others are told to wait a second. */
function drained(messages: number, perMinute: number): { tries: number; minutes: number; lost: number } {
  let waiting = Array.from({ length: messages }, () => ({ due: 0, attempt: 0 }));
  let tries = 0;
  let lost = 0;
  let saved = 0;
  let second = 0;
  for (; waiting.length > 0; second++) {
    saved = Math.min(perMinute, saved + perMinute / 60);
    waiting = waiting.filter((message) => {
      if (message.due > second) return true;
      tries += 1;
      if (saved >= 1) {
        saved -= 1;
        return false;
      }
      message.attempt += 1;
      const { shouldRetry, delay } = after(1, message.attempt);
      message.due = second + delay.seconds;
      if (!shouldRetry) lost += 1;
      return shouldRetry;
    });
  }
  return { tries, minutes: second / 60, lost };
}
