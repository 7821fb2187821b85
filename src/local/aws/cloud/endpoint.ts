import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { readQuestion, writeAnswer, type Answer, type Question } from '../http-answer.ts';
import { cloudwatchOperations } from './cloudwatch.ts';
import { commandOperations } from './commands.ts';
import { elasticacheOperations } from './elasticache.ts';
import { logsOperations } from './logs.ts';
import { parameterOperations } from './parameters.ts';
import { jsonAnswer, jsonRefusal, readJsonInput } from './json-protocol.ts';
import type { CloudModel } from './model.ts';
import type { CloudOperations } from './operation.ts';
import { queryAnswer, queryRefusal } from './query-answer.ts';
import { readQueryInput } from './query-request.ts';
import { CloudRefusal, denied, throttled } from './refusal.ts';
import { piOperations } from './pi.ts';
import { rdsOperations } from './rds.ts';
import { HOME_REGION } from './region.ts';
import { readRestXml, restXmlAnswer, restXmlRefusal, routeOf, type Route } from './rest-xml.ts';
import { route53Operations } from './route53.ts';
import { stsOperations } from './sts.ts';
import { SchemaProblem } from './schema-check.ts';

export type CloudEndpoint = {
  url: string;
  /** What a process needs in its environment to ask here instead of AWS. */
  environment: Readonly<Record<string, string>>;
  /** Every IAM action that was asked for so far, refused or not. */
  asked: string[];
  close(): Promise<void>;
};

/** What makes resources act: verbs beside the answers, and answers of a state that moves. See states/start.ts. */
export type Acting = {
  /** Before every answer. */
  arrive(): Promise<void>;
  /** Throws a CloudRefusal where the action is not to be answered now. */
  admit(action: string): void;
  /** What Describe… answers from. */
  view(): CloudModel;
  /** By the service's prefix in IAM. */
  operations: { readonly [prefix: string]: CloudOperations };
};

type Service = { prefix: string; operations: CloudOperations };

/** The Query protocol names no service; the API's version tells them apart. */
const queryServices: { readonly [version: string]: Service } = {
  '2014-10-31': { prefix: 'rds', operations: rdsOperations },
  '2015-02-02': { prefix: 'elasticache', operations: elasticacheOperations },
  '2011-06-15': { prefix: 'sts', operations: stsOperations },
};
/** The JSON protocols name the service before the operation. */
const jsonServices: { readonly [target: string]: Service } = {
  GraniteServiceVersion20100801: { prefix: 'cloudwatch', operations: cloudwatchOperations },
  AmazonSSM: { prefix: 'ssm', operations: { ...parameterOperations, ...commandOperations } },
  Logs_20140328: { prefix: 'logs', operations: logsOperations },
  PerformanceInsightsv20180227: { prefix: 'pi', operations: piOperations },
};

/**
 * RDS, ElastiCache, CloudWatch, its logs, Performance Insights, STS, records of Route 53, parameters and commands of Systems Manager on 127.0.0.1, in
 * the protocols of the official clients (Query and REST with XML, JSON). Answers come from `model` at the time of `now`; signatures are not checked.
 */
export async function startCloudEndpoint(
  model: CloudModel,
  options: { now?: () => number; port?: number; acting?: Acting } = {},
): Promise<CloudEndpoint> {
  const { now = Date.now, port = 0, acting = idle(model) } = options;
  const asked: string[] = [];
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const question = await readQuestion(request);
    const route = routeOf(question);
    const call = { ...(route ? restCall(question, route) : callOf(question, acting)), region: regionOf(question) };
    asked.push(call.action);
    await acting.arrive();
    const fault = model.faults[call.action];
    if (fault === 'silent') return;
    const made = answer(call, acting, now());
    if (fault === 'lost') response.destroy();
    else writeAnswer(response, made);
  };
  const server = createServer((request, response) => {
    void serve(request, response);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : port}`;
  const close = async (): Promise<void> => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  return { url, environment: environmentOf(url), asked, close };
}

/** Resources that only are. */
function idle(model: CloudModel): Acting {
  return { arrive: () => Promise.resolve(), admit: () => {}, view: () => model, operations: {} };
}

type Call = {
  action: string;
  region: string;
  name: string;
  operations: CloudOperations;
  read(operation: CloudOperations[string]): Record<string, unknown>;
  write: typeof queryAnswer;
  refuse(refusal: CloudRefusal): Answer;
};

/** The region that a request was signed for. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-elements.html */
function regionOf({ headers }: Question): string {
  const { authorization = '' } = headers;
  return /Credential=[^/]+\/\d+\/([a-z0-9-]+)\//.exec(authorization)?.[1] ?? HOME_REGION;
}

function restCall(question: Question, route: Route): Omit<Call, 'region'> {
  const { name } = route;
  const read: Call['read'] = ({ input }) => readRestXml(input, question, route);
  const written = { write: restXmlAnswer, refuse: restXmlRefusal };
  return { action: `route53:${name}`, name, operations: route53Operations, read, ...written };
}

function callOf({ headers, body }: Question, acting: Acting): Omit<Call, 'region'> {
  const target = headers['x-amz-target'];
  if (typeof target === 'string') {
    const [service = '', name = ''] = target.split('.');
    const { prefix, operations } = jsonServices[service] ?? { prefix: service, operations: {} };
    const read: Call['read'] = ({ input }) => readJsonInput(input, body, name);
    return { action: `${prefix}:${name}`, name, operations, read, write: jsonAnswer, refuse: jsonRefusal };
  }
  const form = new URLSearchParams(body);
  const name = form.get('Action') ?? '';
  const { prefix, operations } = queryServices[form.get('Version') ?? ''] ?? { prefix: 'unknown', operations: {} };
  const read: Call['read'] = ({ input }) => readQueryInput(input, form, name);
  const all = { ...operations, ...acting.operations[prefix] };
  return { action: `${prefix}:${name}`, name, operations: all, read, write: queryAnswer, refuse: queryRefusal };
}

function answer(call: Call, acting: Acting, nowMs: number): Answer {
  const { action, region, name, operations, write, refuse } = call;
  const model = acting.view();
  try {
    acting.admit(action);
    if (isThrottled(model, action)) throw throttled();
    if (model.faults[action] === 'denied') throw denied(action);
    const operation = operations[name];
    if (!operation) throw new CloudRefusal('InvalidAction', `${action} is not emulated`);
    return write(name, operation.output, operation.answer(inputOf(call, operation), model, nowMs, region));
  } catch (thrown) {
    return refuse(refusalOf(thrown));
  }
}

function isThrottled({ faults }: CloudModel, action: string): boolean {
  const fault = faults[action];
  if (typeof fault !== 'object') return fault === 'throttled';
  if ('meanwhile' in fault) {
    fault.meanwhile();
    return false;
  }
  fault.throttledAfter -= 1;
  return fault.throttledAfter < 0;
}

/** A request that does not fit its schema is the caller's mistake. */
function inputOf({ read }: Call, operation: CloudOperations[string]): never {
  try {
    return read(operation) as never;
  } catch (thrown) {
    if (thrown instanceof SchemaProblem || thrown instanceof SyntaxError)
      throw new CloudRefusal('ValidationError', thrown.message);
    throw thrown;
  }
}

/** Whatever nobody foresaw is a fault of the stand-in: a model that does not fit the schema of the answer, too. */
function refusalOf(thrown: unknown): CloudRefusal {
  if (thrown instanceof CloudRefusal) return thrown;
  return new CloudRefusal('InternalFailure', thrown instanceof Error ? thrown.message : String(thrown), 500);
}

function environmentOf(url: string): Readonly<Record<string, string>> {
  return {
    AWS_ENDPOINT_URL_RDS: url,
    AWS_ENDPOINT_URL_ELASTICACHE: url,
    AWS_ENDPOINT_URL_CLOUDWATCH: url,
    AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: url,
    AWS_ENDPOINT_URL_PI: url,
    AWS_ENDPOINT_URL_STS: url,
    AWS_ENDPOINT_URL_ROUTE_53: url,
    AWS_ENDPOINT_URL_SSM: url,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  };
}
