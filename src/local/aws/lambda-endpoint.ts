import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Durable } from '../../runtime/durable/open.ts';
import type { Functions } from '../../runtime/functions.ts';
import { json, readQuestion, refusal, writeAnswer, type Answer, type Question } from './http-answer.ts';
import { durableRoute } from './lambda-executions.ts';
import { invoke } from './lambda-invoke.ts';

export type LambdaEndpoint = { url: string; close(): Promise<void> };

/**
 * The Lambda REST API on 127.0.0.1: with AWS_ENDPOINT_URL_LAMBDA pointing here, `@aws-sdk/client-lambda` works unchanged.
 * Signatures are not checked. Port 0 takes a free one.
 */
export async function startLambdaEndpoint(durable: Durable, functions: Functions, port = 0): Promise<LambdaEndpoint> {
  const server = createServer((request, response) => {
    const answer = readQuestion(request).then((question) => route(durable, functions, question));
    void answer.catch(refusal).then((ready) => writeAnswer(response, ready));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const taken = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://127.0.0.1:${taken}`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function route(durable: Durable, functions: Functions, question: Question): Promise<Answer> {
  const [version, collection, , action] = question.path;
  if (version === '2015-03-31' && collection === 'functions' && action === 'invocations') {
    return invoke(durable, functions, question);
  }
  const answer = version === '2025-12-01' ? await durableRoute(durable, question) : undefined;
  return answer ?? json({ message: `${question.method} /${question.path.join('/')} is not emulated` }, 404);
}
