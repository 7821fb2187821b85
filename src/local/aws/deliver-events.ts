import { randomUUID } from 'node:crypto';
import type { Json } from '../../core/json.ts';
import type { Durable } from '../../runtime/durable/open.ts';
import { matchesPattern } from '../../runtime/event-pattern.ts';
import { LOCAL_ACCOUNT, LOCAL_REGION, type Functions } from '../../runtime/functions.ts';
import type { EventSources } from './event-sources.ts';
import { findFunction } from './functions.ts';

/** The ways in for events; each answers the full names of the functions that get it, asynchronously and with retries. */
export type EventDoors = {
  /** EventBridge: to every rule whose pattern matches. */
  putEvent(event: Json): string[];
  /** SNS: to the subscribers of a topic (its name or logical id), or to one function by its name or key. */
  publishSns(topicOrFunction: string, message: string): string[];
  /** A direct asynchronous invocation: a CloudWatch alarm's Lambda action, Scheduler. */
  invokeLater(functionName: string, payload: Json): void;
};

export function deliverEvents(
  durable: Durable,
  functions: Functions,
  sources: EventSources,
  say: (line: string) => void,
): EventDoors {
  function invokeLater(functionName: string, payload: Json): void {
    const { name, durable: durableConfig } = findFunction(functions, functionName);
    const text = JSON.stringify(payload);
    if (durableConfig === undefined) durable.enqueue(name, text);
    else durable.start({ functionName: name, payload: text });
  }
  return {
    invokeLater,
    putEvent(event) {
      const rules = sources.rules.filter(({ pattern }) => matchesPattern(pattern, event));
      if (rules.length === 0) say('An event matched no rule of serverless.yml and was dropped, as EventBridge does.');
      for (const { functionName } of rules) invokeLater(functionName, event);
      return rules.map(({ functionName }) => functionName);
    },
    publishSns(topicOrFunction, message) {
      const subscribed = sources.topics
        .filter(({ topics }) => topics.includes(topicOrFunction))
        .map(({ functionName }) => functionName);
      const names = subscribed.length > 0 ? subscribed : [findFunction(functions, topicOrFunction).name];
      for (const name of names) invokeLater(name, snsEvent(topicOrFunction, message));
      return names;
    },
  };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html */
function snsEvent(topic: string, message: string): Json {
  const TopicArn = `arn:aws:sns:${LOCAL_REGION}:${LOCAL_ACCOUNT}:${topic}`;
  const MessageId = randomUUID();
  return {
    Records: [
      {
        EventSource: 'aws:sns',
        EventVersion: '1.0',
        EventSubscriptionArn: `${TopicArn}:${randomUUID()}`,
        Sns: {
          Type: 'Notification',
          MessageId,
          TopicArn,
          Message: message,
          Timestamp: new Date().toISOString(),
          MessageAttributes: {},
        },
      },
    ],
  };
}
