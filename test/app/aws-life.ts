import { RDSClient } from '@aws-sdk/client-rds';

/** What AWS was asked, by the name of the command: `RebootDBInstanceCommand`. */
export type AwsCall = { command: string; input: { readonly [name: string]: unknown } };
/** Where the process dies: at its nth question to AWS, before it is sent, or when it is answered and nobody heard of it. */
export type AwsDeath = { nth: number; moment: 'before' | 'after' };
export type AwsLife = {
  /** What it died at. */
  died: Promise<string>;
  /** All that has come to AWS, of whichever process. */
  sent: readonly AwsCall[];
  /** Another process begins, which lives. What the dead one waits for never comes. */
  goOn(): void;
  end(): void;
};

type Send = (this: object, ...words: unknown[]) => Promise<unknown>;
type Client = { send: Send };

/** All clients of AWS are of this class. */
const client = Object.getPrototypeOf(RDSClient.prototype) as Client;
const never = () => new Promise<never>(() => {});

/** From now on the process dies where it is told. The driver itself, in this process only: whatever the code under test asks goes through it. */
export function dieAt({ nth, moment }: AwsDeath): AwsLife {
  const { send } = client;
  const { promise: died, resolve } = Promise.withResolvers<string>();
  const sent: AwsCall[] = [];
  let generation = 0;
  let isDead = false;
  let asked = 0;
  client.send = async function sendOnce(...words) {
    const mine = generation;
    if (isDead) return never();
    asked += 1;
    const { constructor, input } = words[0] as { constructor: { name: string }; input: AwsCall['input'] };
    const call = { command: constructor.name, input };
    const isNow = generation === 0 && asked === nth;
    if (isNow) isDead = true;
    if (!isNow || moment === 'after') sent.push(call);
    if (isNow && moment === 'after') await send.apply(this, words).catch(() => {});
    if (isNow) resolve(`${moment} ${nth}: ${call.command}`);
    if (isNow) return never();
    const answer = await send.apply(this, words);
    return isDead || mine !== generation ? never() : answer;
  };
  const goOn = () => {
    generation += 1;
    isDead = false;
  };
  return { died, sent, goOn, end: () => void (client.send = send) };
}
