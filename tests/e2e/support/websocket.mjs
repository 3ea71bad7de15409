// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import WebSocket from 'ws';
import {Inbox, within} from './wait.mjs';

/** A native client over the npm package `ws`: what came is in `inbox`, its own requests wait for their one answer. */
export class WsClient {
  static #serial = 0;

  inbox = new Inbox();
  /** Raw texts, for what has to come byte for byte. */
  texts = [];

  constructor(url, {protocols = [], ...options} = {}) {
    this.socket = new WebSocket(url, protocols, options);
    this.socket.on('message', (data, isBinary) => this.receive(this.unpack(data, isBinary)));
    this.closed = new Promise((resolve) => {
      this.socket.on('close', (code, reason) => resolve({code, reason: reason.toString()}));
    });
    this.opened = new Promise((resolve, reject) => {
      this.socket.on('open', resolve);
      this.socket.on('error', reject);
    });
    this.opened.catch(() => undefined);
  }

  receive(message) {
    this.inbox.push(message);
  }

  /** What came in one frame; another wire form has another. */
  unpack(data, isBinary) {
    assert.equal(isBinary, false, 'a native JSON session got a binary frame');
    this.texts.push(data.toString());
    return JSON.parse(data.toString());
  }

  /** The payload of one frame. */
  pack(message) {
    return JSON.stringify(message);
  }

  /** A connected client that the test ends. */
  static async open(t, server, {path = '/ws', ...options} = {}) {
    const client = new this(`ws://127.0.0.1:${server.port}${path}`, options);
    t.after(() => client.socket.terminate());
    await within(client.opened, 'the upgrade');
    client.connected = await client.type('connected');
    return client;
  }

  /** …and that has joined; `client.joined` is what it was told. */
  static async join(t, server, room, user, {since, history, ...options} = {}) {
    const client = await this.open(t, server, options);
    client.joined = await client.enter(room, {user, since, history});
    return client;
  }

  async enter(room, fields = {}) {
    const from = this.mark();
    const answer = await this.request({type: 'join', room, ...fields});
    assert.equal(answer.type, 'ack', JSON.stringify(answer));
    return this.inbox.find((m) => m.type === 'joined' && m.room === room, 'joined', {from});
  }

  get messages() {
    return this.inbox.all;
  }

  /** A place in what came; `type(…, {from})` looks only behind it. */
  mark() {
    return this.messages.length;
  }

  send(message) {
    this.socket.send(typeof message === 'string' ? message : this.pack(message));
  }

  type(type, {from = 0, where = () => true} = {}) {
    return this.inbox.find((m) => m.type === type && where(m), type, {from});
  }

  /** Sends with an id and gives the ack, error or pong. */
  request(message) {
    const id = message.id ?? `request-${(WsClient.#serial += 1)}`;
    const from = this.mark();
    this.send({...message, id});
    return this.inbox.find((m) => m.id === id && ['ack', 'error', 'pong', 'ice_servers'].includes(m.type), `the answer to ${message.type}`,
      {from});
  }

  /** As request(), for what has to be done. */
  async ask(message) {
    const answer = await this.request(message);
    assert.notEqual(answer.type, 'error', JSON.stringify(answer));
    return answer;
  }

  /** All that was sent to this client before now has come. */
  async settle() {
    const from = this.mark();
    this.send({type: 'ping'});
    await this.type('pong', {from});
  }

  chats(room) {
    return this.messages.filter((m) => m.type === 'chat' && (room === undefined || m.room === room));
  }

  async close() {
    this.socket.close(1000);
    return within(this.closed, 'the close');
  }
}

/** The close code and reason with which the server ended it. */
export function closeOf(client) {
  return within(client.closed, () => `a close; came: ${JSON.stringify(client.messages.slice(-5))}`);
}
