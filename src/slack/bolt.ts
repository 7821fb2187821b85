import { App, AwsLambdaReceiver, LogLevel, type Logger, type RespondArguments } from '@slack/bolt';
import type { KnownBlock, ModalView } from '@slack/types';
import type { FunctionUrlResult } from './function-url.ts';
import { clientOptions } from './client-options.ts';
import { quiet } from './quiet-logger.ts';
import type { SignedRequest } from './verify.ts';

/** Who the bot is in the workspace, and its token. */
export type BotIdentity = { botToken: string; botId: string; botUserId: string; teamId: string };
/** What a command is acknowledged with; nothing is an empty acknowledgement. */
export type CommandAck = { response_type: 'ephemeral' | 'in_channel'; text: string; blocks?: KnownBlock[] } | undefined;
/** What a submitted form is acknowledged with; nothing closes it. */
export type FormAck =
  | { response_action: 'errors'; errors: Record<string, string> }
  | { response_action: 'update'; view: ModalView }
  | undefined;

/** Our side of Bolt: each is given the request's body and the bot's token, and must answer within Slack's 3 s. */
export type Listeners = {
  command(body: unknown, botToken: string): Promise<CommandAck>;
  button(body: unknown, botToken: string): Promise<void>;
  form(body: unknown, botToken: string): Promise<FormAck>;
  home(body: unknown, botToken: string): Promise<void>;
};
export type BoltOptions = { authorize: () => Promise<BotIdentity>; apiUrl?: string; listeners: Listeners };

/**
 * Real Bolt behind our own verification. `authorize` instead of `token`, because with a token Bolt asks Slack who it is at
 * every start. A listener that fails, and an `authorize` that does, end in status 500 here: the door turns it into words.
 */
export function createBolt(options: BoltOptions): (request: SignedRequest) => Promise<FunctionUrlResult> {
  const logger: Logger = quiet;
  const receiver = new AwsLambdaReceiver({
    signingSecret: '',
    // verify.ts has done it, with every secret that is valid now; the receiver knows only one.
    signatureVerification: false,
    logger,
    logLevel: LogLevel.ERROR,
  });
  const app = new App({
    receiver,
    authorize: options.authorize,
    clientOptions: clientOptions(options.apiUrl === undefined ? {} : { apiUrl: options.apiUrl }, 2),
    logger,
    convoStore: false,
  });
  listen(app, options.listeners);
  const handle = receiver.toHandler();
  return async (request) => complete(await handle(asEvent(request), {}));
}

/** Hands every kind of request that the door knows to its listener. */
export function listen(app: App, listeners: Listeners): void {
  app.command(/.*/, async ({ body, context, ack }) => {
    const answer = await listeners.command(body, context.botToken ?? '');
    await ack(answer satisfies RespondArguments | undefined);
  });
  app.action(/.*/, async ({ body, context, ack }) => {
    await listeners.button(body, context.botToken ?? '');
    await ack();
  });
  app.view({ type: 'view_submission', callback_id: /.*/ }, async ({ body, context, ack }) => {
    const answer = await listeners.form(body, context.botToken ?? '');
    await (answer === undefined ? ack() : ack(answer));
  });
  app.event('app_home_opened', async ({ body, context }) => listeners.home(body, context.botToken ?? ''));
}

/** The event as the receiver wants it: text, not base64, and a content type that it knows. */
function asEvent({ body, headers }: SignedRequest): Parameters<ReturnType<AwsLambdaReceiver['toHandler']>>[0] {
  return {
    body,
    headers: { ...headers },
    isBase64Encoded: false,
    rawPath: '/slack',
    version: '2.0',
    routeKey: '$default',
    rawQueryString: '',
    requestContext: {},
  };
}

function complete(answer: { statusCode: number; headers?: object; body?: string }): FunctionUrlResult {
  const headers = Object.fromEntries(
    Object.entries(answer.headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
  return { statusCode: answer.statusCode, headers, body: answer.body ?? '' };
}
