// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import http from 'node:http';
import {EventSource} from 'eventsource';
import {post} from './http.mjs';
import {Inbox, within} from './wait.mjs';

/** A stream as it comes over the wire: `head` and, in `inbox`, its blocks {id, event, data, retry, json}. */
export class RawStream {
  inbox = new Inbox();
  head = null;
  text = '';
  #call;

  /** With an `inbox` the blocks go there. */
  static async open(t, server, path, {headers = {}, inbox} = {}) {
    const stream = new RawStream();
    if (inbox) stream.inbox = inbox;
    const answered = new Promise((resolve, reject) => {
      stream.#call = http.get({host: '127.0.0.1', port: server.port, path, headers, agent: false}, resolve);
      stream.#call.on('error', reject);
    });
    t.after(() => stream.close());
    const response = await within(answered, `GET ${path}`);
    stream.head = {status: response.statusCode, headers: response.headers};
    let buffer = '';
    stream.ended = new Promise((resolve) => response.once('close', resolve));
    response.on('error', () => undefined);
    response.setEncoding('utf8').on('data', (text) => {
      stream.text += text;
      buffer += text;
      const blocks = buffer.split('\n\n');
      buffer = blocks.pop();
      for (const block of blocks) stream.inbox.push(parseBlock(block));
    });
    stream.#call.on('error', () => undefined);
    return stream;
  }

  event(name, {from = 0, where = () => true} = {}) {
    return this.inbox.find((e) => e.event === name && where(e), `event ${name}`, {from});
  }

  events(name) {
    return this.inbox.all.filter((e) => e.event === name);
  }

  close() {
    this.#call.destroy();
  }
}

function parseBlock(block) {
  const parsed = {};
  const data = [];
  for (const line of block.split('\n')) {
    const [, field, value] = /^([^:]*):? ?(.*)$/s.exec(line);
    if (field === 'data') data.push(value);
    else if (field !== '') parsed[field] = value;
  }
  if (data.length > 0) {
    parsed.data = data.join('\n');
    try {
      parsed.json = JSON.parse(parsed.data);
    } catch {
      parsed.json = undefined;
    }
  }
  return parsed;
}

/** The npm package `eventsource`: what came is in `inbox` as {type, id, data}. */
export class SseClient {
  inbox = new Inbox();

  constructor(server, path, names) {
    this.server = server;
    this.source = new EventSource(`${server.http}${path}`);
    for (const type of ['connected', 'joined', 'reset', 'ping', ...names]) {
      this.source.addEventListener(type, (event) => {
        this.inbox.push({type, id: event.lastEventId, data: JSON.parse(event.data)});
      });
    }
  }

  static async open(t, server, path, names = ['chat']) {
    const client = new SseClient(server, path, names);
    t.after(() => client.source.close());
    client.connected = (await client.type('connected')).data;
    return client;
  }

  type(type, {from = 0, where = () => true} = {}) {
    return this.inbox.find((e) => e.type === type && where(e), `event ${type}`, {from});
  }

  events(type) {
    return this.inbox.all.filter((e) => e.type === type);
  }

  /** Says something by POST; gives the array of answers. */
  async say(message) {
    const sid = this.inbox.all.findLast((e) => e.type === 'connected').data.sid;
    const answer = await post(this.server, `/api/sessions/${encodeURIComponent(sid)}`, message);
    assert.equal(answer.status, 200, answer.text);
    return answer.body;
  }
}
