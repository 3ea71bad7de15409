// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import {gunzipSync} from 'node:zlib';
import {asyncapi, at, below, resolved} from './documents.mjs';
import {check} from './schemas.mjs';

const kRoot = 'asyncapi.yaml#';
const kChannel = below(kRoot, 'channels', 'native');
const kQuery = below(kChannel, 'bindings', 'ws', 'query');
export const kSignals = at('asyncapi.yaml#/components/schemas/SignalType').enum;

/** The messages of a list of references: {key, name, schema}. */
function messagesOf(list) {
  return (at(list) ?? []).map((_, index) => {
    const place = resolved(below(list, index));
    return {key: place.split('/').pop(), name: at(place).name, schema: resolved(below(place, 'payload', 'schema'))};
  });
}

const received = Object.entries(asyncapi.operations).filter(([, {action}]) => action === 'receive');

/** What clients may ask, by the message's type: {name, schema, reply}. */
export const commands = new Map(received.flatMap(([name, {reply}]) => {
  const place = below(kRoot, 'operations', name);
  const [{name: type, schema}] = messagesOf(below(place, 'messages'));
  const [answer] = reply ? messagesOf(below(place, 'reply', 'messages')) : [];
  const types = name === 'signal' ? kSignals : [type];
  return types.map((each) => [each, {name, schema, reply: answer}]);
}));

const kReplies = new Set([...commands.values()].flatMap(({reply}) => reply && reply.name !== 'ack' ? [reply.name] : []));
const tellings = messagesOf(below(kRoot, 'operations', 'tell', 'messages'));

/** Whether a message is a batch whose messages are answered one by one. */
const isDivided = ({type, id = '', messages}) =>
  type === 'batch' && typeof id === 'string' && Array.isArray(messages) && messages.length >= 1 && messages.length <= 100;

/** Which message of the list it is that comes under this name. */
function tellingOf(message) {
  if ('compressed' in message) return 'envelope';
  if (kSignals.includes(message.type)) return 'relayed';
  return tellings.some(({name}) => name === message.type) ? message.type : 'custom';
}

/** What asyncapi.yaml says of messages, whatever carries them. */
export class MessageContract {
  #coverage;
  /** A message of each type that was taken. */
  samples = new Map();

  constructor(coverage) {
    this.#coverage = coverage;
    for (const {name, schema, reply} of commands.values()) {
      coverage.expect(`command ${name}`);
      coverage.expectSchema(schema);
      if (reply) coverage.expectSchema(reply.schema);
    }
    for (const {name, schema} of tellings) {
      coverage.expect(`${name} over WebSocket`);
      coverage.expectSchema(schema);
    }
    coverage.expectSchema(kQuery);
    for (const path of at(kChannel).parameters.path.enum) coverage.expect(`WebSocket at /${path}`);
  }

  /** A WebSocket was opened there. */
  takeAddress(path) {
    const url = new URL(path, 'ws://localhost');
    assert.ok(at(kChannel).parameters.path.enum.includes(url.pathname.slice(1)), `${url.pathname} is not documented`);
    const isNumber = (name) => at(kQuery).properties[name]?.type === 'integer';
    const query = Object.fromEntries([...url.searchParams].map(([name, value]) => [name, isNumber(name) ? Number(value) : value]));
    check(kQuery, query);
    this.#coverage.seeSchema(kQuery, query);
    this.#coverage.see(`WebSocket at ${url.pathname}`);
  }

  /** A frame from the server, as JSON; gives the message in it. Acks are looked at with what they answer. */
  takeFrame(frame) {
    if (frame.type === 'ack') return frame;
    const reply = [...commands.values()].find((command) => kReplies.has(frame.type) && command.reply?.name === frame.type)?.reply;
    const name = reply ? reply.name : tellingOf(frame);
    const {schema} = reply ?? tellings.find((each) => each.name === name);
    check(schema, frame);
    this.#coverage.seeSchema(schema, frame);
    if (!reply) this.#coverage.see(`${name} over WebSocket`);
    if (name !== 'envelope') return frame;
    return this.takeFrame(JSON.parse(gunzipSync(Buffer.from(frame.data, 'base64')).toString()));
  }

  /** What a command was answered with; whether it was taken. */
  takeAnswer(message, answer) {
    if (answer.type === 'error') return false;
    this.#takeCommand(message);
    const {reply} = this.#commandOf(message);
    if (!reply || (message.id === undefined && answer.type === 'ack')) return true;
    check(reply.schema, answer);
    this.#coverage.seeSchema(reply.schema, answer);
    assert.equal(answer.id, message.id);
    return true;
  }

  /** The same of one message or a list; whether all were taken. */
  takeAnswers(sent, answers) {
    const left = [...answers];
    const take = (message) => {
      assert.ok(left.length > 0, `no answer to ${JSON.stringify(message)}`);
      return isDivided(message) ? takeBatch(message) : this.takeAnswer(message, left.shift());
    };
    const takeBatch = (batch) => {
      const taken = batch.messages.map(take);
      if (taken.includes(false)) {
        if (batch.id !== undefined) left.shift();
        return false;
      }
      if (batch.id === undefined) this.#takeCommand(batch);
      return batch.id === undefined || this.takeAnswer(batch, left.shift());
    };
    const taken = (Array.isArray(sent) ? sent : [sent]).map(take);
    assert.deepEqual(left, [], 'more answers than messages');
    return !taken.includes(false);
  }

  #commandOf(message) {
    const command = commands.get('compressed' in message ? 'envelope' : message.type);
    assert.ok(command, `the command ${message.type} is not documented`);
    return command;
  }

  #takeCommand(message) {
    const {name, schema} = this.#commandOf(message);
    check(schema, message);
    this.#coverage.seeSchema(schema, message);
    this.#coverage.see(`command ${name}`);
    if (name !== 'envelope' && !this.samples.has(message.type)) this.samples.set(message.type, message);
  }
}
