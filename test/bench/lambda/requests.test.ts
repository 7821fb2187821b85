import { expect, it } from 'vitest';
import { signingSecret, slashCommand } from '../../../scripts/bench/lambda/requests.ts';
import { verifyRequest } from '../../../src/slack/verify.ts';

it('the door takes what the bench signs, and each request is another one', () => {
  const [first, second] = [slashCommand('help'), slashCommand('help')].map((event) =>
    verifyRequest(event, [signingSecret], Date.now()),
  );
  expect(first).toMatchObject({ ok: true, body: expect.stringContaining('text=help') });
  expect(second).toMatchObject({ ok: true });
  expect(first).not.toMatchObject({ requestKey: Object(second).requestKey });
});
