import { account, region, type Emulator } from './emulator.ts';

/** Names the caller. The emulator verifies the signatures of users and roles, and takes the account's root at its word. */
function rootFor(service: string): string {
  const scope = `${account}/20261125/${region}/${service}/aws4_request`;
  return `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`;
}

/** One call of the Query protocol (IAM, SNS), where the project needs no client of its own: the XML that came back. */
export async function askQuery(
  { endpoint }: Emulator,
  service: string,
  parameters: Readonly<Record<string, string>>,
): Promise<string> {
  const headers = { authorization: rootFor(service), 'content-type': 'application/x-www-form-urlencoded' };
  const answer = await fetch(endpoint, { method: 'POST', headers, body: new URLSearchParams(parameters) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${service} ${parameters['Action']}: ${answer.status} ${text}`);
  return text;
}

/** One call of the JSON 1.1 protocol (EventBridge), likewise. */
export async function askJson<Answer>({ endpoint }: Emulator, target: string, body: object): Promise<Answer> {
  const headers = {
    authorization: rootFor('events'),
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': target,
  };
  const answer = await fetch(endpoint, { method: 'POST', headers, body: JSON.stringify(body) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${target}: ${answer.status} ${text}`);
  return JSON.parse(text) as Answer;
}

/** The text of the first element of that name. */
export function elementIn(xml: string, name: string): string {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? '';
}

/** One call of the REST protocol (Lambda) with a property that the client of the SDK would drop. */
export async function askRest({ endpoint }: Emulator, method: string, path: string, body: object): Promise<void> {
  const headers = { authorization: rootFor('lambda'), 'content-type': 'application/json' };
  const answer = await fetch(`${endpoint}${path}`, { method, headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
}
