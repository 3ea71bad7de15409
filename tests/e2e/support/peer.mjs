// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';

/**
 * A client as the native protocol has it, whatever carries it (support/transports.mjs). What comes is in `inbox` in the form
 * of a WebSocket; a transport gives `inbox`, `connected`, `exchange()`, `drop()` and `close()`.
 */
export class Peer {
  static #serial = 0;

  #taken = new Set();

  constructor(t, server) {
    this.t = t;
    this.server = server;
  }

  get clientId() {
    return this.connected.clientId;
  }

  static serial() {
    return `request-${(Peer.#serial += 1)}`;
  }

  /** What goes over the wire for one message. */
  pack(message) {
    return JSON.stringify(message);
  }

  /** The next message of this type that fits and that no call gave before: there already or still to come. */
  async take(type, where = () => true) {
    const fits = (m) => m.type === type && !this.#taken.has(m) && where(m);
    const message = await this.inbox.find(fits, type);
    this.#taken.add(message);
    return message;
  }

  /** Messages of this type that no take() gave. What was sent before a settle() is among them. */
  untaken(type) {
    return this.inbox.all.filter((m) => m.type === type && !this.#taken.has(m));
  }

  /** Says something with an id and gives the one answer to it. */
  async request(message) {
    const id = message.id ?? Peer.serial();
    const answers = (await this.exchange([{...message, id}])).filter((m) => m.id === id);
    assert.equal(answers.length, 1, `${JSON.stringify(message)}: ${JSON.stringify(answers)}`);
    return answers[0];
  }

  /** As request(), for what has to be done. */
  async ask(message) {
    const answer = await this.request(message);
    assert.notEqual(answer.type, 'error', `${JSON.stringify(message)}: ${JSON.stringify(answer)}`);
    return answer;
  }

  /** …and for what has to be refused: [code, field]. */
  async refusal(message) {
    const answer = await this.request(message);
    assert.equal(answer.type, 'error', `${JSON.stringify(message)}: ${JSON.stringify(answer)}`);
    assert.ok(answer.message.length > 0);
    return answer.field === undefined ? [answer.code] : [answer.code, answer.field];
  }

  /** Joins; gives what `joined` says. */
  async enter(room, fields = {}) {
    const answer = await this.ask({type: 'join', room, ...fields});
    assert.equal(answer.room, room);
    return this.take('joined', (m) => m.room === room);
  }

  /** The stored events of a room in the order in which they were shown, recovered ones among them. */
  story(room, from = 0) {
    const stored = (m) => m.room === room && m.seq !== undefined && !['ack', 'joined'].includes(m.type);
    return this.inbox.all.slice(from).flatMap((m) => (m.room === room && m.messages ? m.messages : stored(m) ? [m] : []));
  }

  /** Up to where it has seen a room since it last joined: before that the numbers may have been others. */
  position(room) {
    const joined = this.inbox.all.findLastIndex((m) => m.type === 'joined' && m.room === room);
    const {epoch, seq, more} = this.inbox.all[joined];
    return {epoch, seq: Math.max(more ? 0 : seq, ...this.story(room, joined).map((m) => m.seq))};
  }

  /** A new client of the same kind for a user who was in these rooms, from where this one has seen them. */
  async comeBack(user, rooms) {
    const peer = await this.constructor.open(this.t, this.server);
    for (const room of rooms) await peer.enter(room, {user, since: this.position(room)});
    return peer;
  }
}
