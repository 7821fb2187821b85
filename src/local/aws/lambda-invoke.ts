import { parseFunctionIdentifier, type FunctionDefinition, type Functions } from '../../runtime/functions.ts';
import type { Durable } from '../../runtime/durable/open.ts';
import { isServiceError, serviceError } from '../../runtime/durable/service-error.ts';
import { invocationError } from '../../runtime/invocation.ts';
import type { Answer, Question } from './http-answer.ts';

const ARN_HEADER = 'x-amz-durable-execution-arn';
const VERSION = { 'x-amz-executed-version': '$LATEST' };

/** "The maximum payload size is 6 MB for synchronous invocations and 1 MB for asynchronous invocations." */
const LIMIT_BYTES = { RequestResponse: 6 * 1024 * 1024, Event: 1024 * 1024 };

/** `POST /2015-03-31/functions/{FunctionName}/invocations` (https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html). */
export async function invoke(durable: Durable, functions: Functions, question: Question): Promise<Answer> {
  const identifier = question.path[2] ?? '';
  const { name, qualifier } = parseFunctionIdentifier(identifier);
  const definition = functions.get(name);
  if (definition === undefined) throw serviceError('ResourceNotFoundException', `Function not found: ${name}`);
  if (question.body !== '') JSON.parse(question.body);
  const type = question.headers['x-amz-invocation-type'] ?? 'RequestResponse';
  checkSize(question.body, type === 'Event' ? 'Event' : 'RequestResponse');
  if (type === 'DryRun') return { status: 204 };
  if (definition.durable === undefined) return invokePlain(durable, definition, question.body, type === 'Event');
  if (qualifier === undefined && !question.query.has('Qualifier')) {
    throw serviceError(
      'InvalidParameterValueException',
      'a durable function is invoked by an alias, a version or $LATEST',
    );
  }
  const executionName = question.headers['x-amz-durable-execution-name'];
  const start = {
    functionName: name,
    payload: question.body,
    name: Array.isArray(executionName) ? undefined : executionName,
  };
  const arn = durable.start(start);
  if (type === 'Event') return { status: 202, headers: { [ARN_HEADER]: arn } };
  return finishedAnswer(durable, arn);
}

function checkSize(payload: string, type: keyof typeof LIMIT_BYTES): void {
  const sizeBytes = Buffer.byteLength(payload);
  if (sizeBytes <= LIMIT_BYTES[type]) return;
  const message = `a payload of ${sizeBytes} bytes; ${type} takes ${LIMIT_BYTES[type]}`;
  throw serviceError('RequestTooLargeException', message);
}

async function invokePlain(
  durable: Durable,
  { name }: FunctionDefinition,
  payload: string,
  later: boolean,
): Promise<Answer> {
  if (later) {
    durable.enqueue(name, payload);
    return { status: 202 };
  }
  try {
    return { status: 200, body: await durable.call(name, payload), headers: VERSION };
  } catch (thrown) {
    if (isServiceError(thrown)) throw thrown;
    return unhandled(invocationError(thrown));
  }
}

async function finishedAnswer(durable: Durable, arn: string): Promise<Answer> {
  const { status, result, error } = await durable.finished(arn);
  if (status === 'SUCCEEDED')
    return { status: 200, body: result ?? 'null', headers: { ...VERSION, [ARN_HEADER]: arn } };
  const answer = unhandled({ errorType: error?.ErrorType ?? status, errorMessage: error?.ErrorMessage ?? '' });
  return { ...answer, headers: { ...answer.headers, [ARN_HEADER]: arn } };
}

/** A handler that failed is an HTTP success whose body is the error. */
function unhandled(error: object): Answer {
  return { status: 200, body: JSON.stringify(error), headers: { 'x-amz-function-error': 'Unhandled' } };
}
