// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import {get, post} from './http.mjs';
import {Inbox} from './wait.mjs';

/** A two-way session over /api/poll that polls until it is stopped. */
export class PollSession {
  inbox = new Inbox();
  #running = true;
  #gone = new AbortController();

  static async open(t, server) {
    const session = new PollSession();
    session.server = server;
    const first = await get(server, '/api/poll');
    assert.equal(first.status, 200, first.text);
    assert.equal(first.body.messages[0].type, 'connected');
    session.connected = first.body.messages[0];
    session.#take(first.body.messages);
    session.done = session.#work(first.body.poll);
    t.after(() => session.stop());
    return session;
  }

  get sid() {
    return this.connected.sid;
  }

  async #work(poll) {
    let ack = poll;
    while (this.#running) {
      const path = `/api/poll?sid=${encodeURIComponent(this.sid)}&ack=${ack}`;
      const answer = await get(this.server, path, {signal: this.#gone.signal}).catch(() => null);
      if (!answer || answer.status !== 200) {
        this.end = answer;
        return;
      }
      this.#take(answer.body.messages);
      ack = answer.body.poll;
    }
  }

  #take(messages) {
    for (const message of messages) this.inbox.push(message);
  }

  type(type, {from = 0, where = () => true} = {}) {
    return this.inbox.find((m) => m.type === type && where(m), type, {from});
  }

  async say(message) {
    const answer = await post(this.server, `/api/sessions/${encodeURIComponent(this.sid)}`, message);
    assert.equal(answer.status, 200, answer.text);
    return answer.body;
  }

  /** No poll follows the one that is held now. */
  stop() {
    this.#running = false;
  }

  /** Goes without a word; once this is done nothing more comes. */
  async drop() {
    this.stop();
    this.#gone.abort();
    await this.done;
  }
}

/** A loop over /api/messages?since= as a page would have it. */
export class MessageLoop {
  inbox = new Inbox();
  #running = true;

  /** Begins at now. */
  static async start(t, server, room, {timeout = 5} = {}) {
    const loop = new MessageLoop();
    const first = await get(server, `/api/messages?room=${encodeURIComponent(room)}&history=0&timeout=0`);
    assert.equal(first.status, 200, first.text);
    loop.#work(server, room, first.body.cursor, timeout);
    t.after(() => (loop.#running = false));
    return loop;
  }

  async #work(server, room, cursor, timeout) {
    let since = cursor;
    while (this.#running) {
      const query = new URLSearchParams({room, since, timeout});
      const answer = await get(server, `/api/messages?${query}`).catch(() => null);
      if (!answer || answer.status !== 200) {
        this.end = answer;
        return;
      }
      for (const message of answer.body.messages) this.inbox.push(message);
      since = answer.body.cursor;
    }
  }
}
