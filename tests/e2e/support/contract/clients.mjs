// SPDX-License-Identifier: MIT
// Clients of every transport that ask and hear alike, and hold what they get against the contract.
import assert from 'node:assert/strict';
import {decode, encode} from '@msgpack/msgpack';
import {RawStream} from '../sse.mjs';
import {Inbox} from '../wait.mjs';
import {WsClient} from '../websocket.mjs';

const address = (path, query) => {
  const text = new URLSearchParams(query).toString();
  return text === '' ? path : `${path}?${text}`;
};

let serial = 0;
const nextId = () => `message-${(serial += 1)}`;

const kAnswers = ['ack', 'error', 'pong', 'ice_servers'];
const batchOf = (messages) => ({type: 'batch', id: nextId(), messages: messages.map((each) => ({id: nextId(), ...each}))});

/** A WebSocket, of JSON. */
export class JsonSocket extends WsClient {
  /** Whether the past comes in lists, or each event for itself. */
  static hasLists = true;
  static kind = 'WebSocket, JSON';
  static protocols = ['confab.v1.json'];

  static async open(t, contract, server, {path = '/ws', query = {}, ...options} = {}) {
    const client = await super.open(t, server, {path: address(path, query), protocols: this.protocols, contract, ...options});
    contract.messages.takeAddress(address(path, query));
    return client;
  }

  constructor(url, {contract, ...options}) {
    super(url, options);
    this.contract = contract;
    this.socket.on('upgrade', ({headers}) => {
      const {pathname, search} = new URL(url);
      this.contract.note(() => this.contract.http.look('GET', pathname + search, {status: 101, headers}));
    });
  }

  unpack(data, isBinary) {
    let message = this.decode(data, isBinary);
    this.contract.note(() => (message = this.contract.messages.takeFrame(message)));
    return message;
  }

  decode(data, isBinary) {
    return super.unpack(data, isBinary);
  }

  heard(type, where) {
    return this.type(type, {where});
  }

  async say(message) {
    const answer = await this.request(message);
    this.contract.messages.takeAnswer({...message, id: answer.id}, answer);
    return answer;
  }

  /** Says several in one. */
  async sayBatch(messages) {
    const batch = batchOf(messages);
    const from = this.mark();
    const last = await this.request(batch);
    const came = this.messages.slice(from);
    const answers = batch.messages.map(({id}) => came.find((m) => m.id === id && kAnswers.includes(m.type)));
    this.contract.messages.takeAnswers(batch, [...answers, last]);
    return answers;
  }

  get clientId() {
    return this.connected.clientId;
  }
}

/** A WebSocket, of MessagePack. */
export class MsgpackSocket extends JsonSocket {
  static kind = 'WebSocket, MessagePack';
  static protocols = ['confab.v1.msgpack'];

  decode(data, isBinary) {
    assert.equal(isBinary, true);
    return decode(data);
  }

  pack(message) {
    return encode(message);
  }
}

/** What comes by requests, and says what it has to say by POST. */
class Poster {
  inbox = new Inbox();

  constructor(contract, server) {
    this.contract = contract;
    this.server = server;
  }

  heard(type, where = () => true) {
    return this.inbox.find((message) => message.type === type && where(message), type);
  }

  async say(message) {
    const [answer] = await this.post({id: nextId(), ...message});
    return answer;
  }

  async sayBatch(messages) {
    const answers = await this.post(batchOf(messages));
    return answers.slice(0, -1);
  }

  /** One message or a list of them; gives the list of answers. */
  async post(body) {
    const answer = await this.contract.http.request(this.server, 'POST', `/api/sessions/${this.connected.sid}`, {body});
    assert.equal(answer.status, 200, answer.text);
    return answer.body;
  }

  get clientId() {
    return this.connected.clientId;
  }
}

/** An event stream. */
export class Stream extends Poster {
  static hasLists = false;
  static kind = 'Server-Sent Events';
  static shape = 'bare';

  static async open(t, contract, server, options) {
    const stream = await this.listen(t, contract, server, options);
    stream.connected = await stream.heard('connected');
    return stream;
  }

  /** The same without waiting for its greeting. */
  static async listen(t, contract, server, {path = '/events', query = {}, headers = {}} = {}) {
    const stream = new this(contract, server);
    const enveloped = this.shape === 'enveloped' ? [['envelope', '1']] : [];
    const target = address(path, [...new URLSearchParams(query), ...enveloped]);
    const raw = await RawStream.open(t, server, target, {headers});
    stream.ended = raw.ended;
    contract.http.look('GET', target, {...raw.head, asked: headers});
    raw.inbox.each((block) => contract.note(() => {
      const message = contract.streams.take(block, this.shape);
      if (message) stream.inbox.push(message);
    }));
    return stream;
  }
}

export class EnvelopedStream extends Stream {
  static kind = 'Server-Sent Events with envelope=1';
  static shape = 'enveloped';
}

/** /api/poll, until the test ends. */
export class Poll extends Poster {
  static hasLists = true;
  static kind = '/api/poll';
  #running = true;

  static async open(t, contract, server, {query = {}} = {}) {
    const poll = new this(contract, server);
    const first = await contract.http.request(server, 'GET', address('/api/poll', query));
    assert.equal(first.status, 200, first.text);
    poll.connected = first.body.messages[0];
    poll.#go(first.body);
    t.after(() => (poll.#running = false));
    return poll;
  }

  async #go({messages, poll}) {
    for (const message of messages) this.inbox.push(message);
    if (!this.#running) return;
    try {
      const path = address('/api/poll', {sid: this.connected.sid, ack: poll});
      const answer = await this.contract.http.request(this.server, 'GET', path);
      if (answer.status === 200) this.#go(answer.body);
    } catch (error) {
      if (!(error instanceof assert.AssertionError)) return; // the server has gone
      this.contract.note(() => {
        throw error;
      });
    }
  }
}

export const kinds = [JsonSocket, MsgpackSocket, Stream, EnvelopedStream, Poll];
