import { describe, expect, test } from 'vitest';
import { verifyRequest } from '../../src/slack/verify.ts';
import { commandBody, nowMs, secret, signedEvent } from './signed-request.ts';

const body = commandBody({ text: 'health größe ✓' });

function reasonFor(event: unknown, secrets: readonly string[] = [secret]): string {
  const verified = verifyRequest(event, secrets, nowMs);
  return 'refused' in verified ? verified.refused : 'not refused';
}

describe('accepts what Slack signed', () => {
  test.each([
    ['as text', {}],
    ['as base64 with UTF-8 inside', { base64: true }],
    ['with a charset in the content type', { contentType: 'application/x-www-form-urlencoded; charset=utf-8' }],
    ['300 s old', { ageSeconds: 300 }],
    ['300 s in the future', { ageSeconds: -300 }],
  ])('%s', (_, parts) => {
    const verified = verifyRequest(signedEvent(body, parts), [secret], nowMs);
    expect(verified).toMatchObject({
      ok: true,
      body,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
  });

  test('with the new secret and with the old one while it is rotated', () => {
    for (const signer of ['old', 'new']) {
      expect(verifyRequest(signedEvent(body, { secret: signer }), ['new', 'old'], nowMs)).toMatchObject({ ok: true });
    }
  });

  test('under the same key for the same bytes, and another for others', () => {
    const [first, again, other] = [body, body, `${body}x`].map((text) =>
      verifyRequest(signedEvent(text), [secret], nowMs),
    );
    expect(first).toEqual(again);
    expect(first).not.toMatchObject({ requestKey: other && 'requestKey' in other ? other.requestKey : '' });
  });
});

describe('refuses', () => {
  const good = signedEvent(body);
  const { headers } = good;
  test.each<[string, unknown, string]>([
    ['nothing at all', undefined, 'not an HTTP request'],
    ['an event of another kind', [], 'not an HTTP request'],
    ['an event without headers', { body }, 'no signature'],
    ['headers of null', { headers: null, body }, 'no signature'],
    ['no body', { ...good, body: undefined }, 'wrong signature'],
    ['a body that was changed', { ...good, body: `${body}&x=1` }, 'wrong signature'],
    ['another secret', signedEvent(body, { secret: 'guess' }), 'wrong signature'],
    ['301 s old', signedEvent(body, { ageSeconds: 301 }), '301 s ago'],
    ['a day in the future', signedEvent(body, { ageSeconds: -86_400 }), 'in the future'],
    [
      'no timestamp',
      { ...good, headers: { 'x-slack-signature': headers['X-Slack-Signature'] } },
      'no usable timestamp',
    ],
    ['a timestamp of words', { ...good, headers: { ...headers, 'X-Slack-Request-Timestamp': 'now' } }, 'no usable'],
    ['another version', { ...good, headers: { ...headers, 'X-Slack-Signature': 'v1=aa' } }, 'not a v0 signature'],
    ['an empty signature', { ...good, headers: { ...headers, 'X-Slack-Signature': '' } }, 'not a v0 signature'],
    ['unsigned garbage', { headers: { 'content-type': 'application/json' }, body: '{"x' }, 'no signature'],
  ])('%s', (_, event, reason) => {
    expect(reasonFor(event)).toContain(reason);
  });

  test('everything when no secret is configured, also what an empty secret signed', () => {
    expect(reasonFor(signedEvent(body, { secret: '' }), [''])).toContain('no signing secret');
    expect(reasonFor(signedEvent(body), [])).toContain('no signing secret');
  });

  test('without a word of the body in the reason', () => {
    for (const event of [{ ...good, body: 'canary-4711' }, { body: 'canary-4711' }]) {
      expect(reasonFor(event)).not.toContain('canary');
    }
  });
});

describe('the unsigned certificate probe', () => {
  const form = { headers: { 'content-type': 'application/x-www-form-urlencoded' } };

  test('is known by ssl_check=1', () => {
    expect(verifyRequest({ ...form, body: 'ssl_check=1&token=x' }, [secret], nowMs)).toEqual({ sslCheck: true });
  });

  test('is not any other ssl_check', () => {
    expect(verifyRequest({ ...form, body: 'ssl_check=0' }, [secret], nowMs)).toHaveProperty('refused');
  });
});
