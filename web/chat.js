// SPDX-License-Identifier: MIT
import {Conversation} from './conversation.js';
import {kJoinId, transports} from './transports.js';
import {View} from './view.js';

const kHistory = 50;
const kShortestPause = 1_000;
const kLongestPause = 30_000;
const kTypingRepeat = 5_000; // the server lets typing end after 10 s
const kTypingIdle = 3_000;
const kOutbox = 200;

// Errors that mean: the same again, a little later.
const kPassing = new Set(['rate_limited', 'unavailable', 'internal']);

/** One visit of a room: keeps a transport open, comes back when it breaks, and sends what waits. */
class Visit {
  #transport = null;
  #conversation;
  #joined = false;
  #attempt = 0;
  #returnAfter; // as the server asked for it
  #timers = {};
  #inFlight = null; // the id of the message whose answer is awaited
  #typingSentAt = null;
  #typists = new Map(); // user -> timer

  constructor({name, room, transport}, view) {
    this.name = name;
    this.room = room;
    this.kind = transport;
    this.view = view;
    const saved = memory.get(`room:${room}`);
    // An unsent message is the one's who typed it.
    this.#conversation = new Conversation(room, saved?.name === name ? saved : {...saved, outbox: []});
    view.enter(this);
    this.#conversation.lines.forEach((line) => view.line(line, name));
    view.waiting(this.#conversation.outbox);
  }

  connect() {
    clearTimeout(this.#timers.back);
    this.view.state('Connecting…');
    const conversation = this.#conversation;
    conversation.begin(this.kind);
    const target = {
      user: this.name, room: this.room, since: conversation.position(), cursor: conversation.cursor, history: kHistory,
    };
    this.#transport = new transports[this.kind](target, {
      message: (message, cursor) => this.#onMessage(message, cursor),
      closed: (end) => this.#onClosed(end),
    });
    this.#transport.open();
  }

  #onMessage(message, cursor) {
    const lines = this.#conversation.take(message, cursor);
    for (const line of lines) this.view.line(line, this.name);
    if (lines.length > 0) this.view.waiting(this.#conversation.outbox);
    this.save();
    switch (message.type) {
      case 'joined': return this.#onJoined(message);
      case 'chat': return this.#onTyping(message.user, false);
      case 'user_joined': return this.view.arrived(message.user);
      case 'user_left':
        this.#onTyping(message.user, false);
        return this.view.gone(message.user);
      case 'occupancy': return this.view.occupancy(message);
      case 'user_typing': return this.#onTyping(message.user, message.isTyping);
      case 'reconnect':
        this.#returnAfter = message.after;
        return undefined;
      case 'ack': return this.#onAck(message);
      case 'error': return this.#onError(message);
      default: return undefined;
    }
  }

  #onJoined(message) {
    this.#joined = true;
    this.#attempt = 0;
    this.#inFlight = null;
    this.view.state('Connected');
    this.view.error('');
    this.view.here(message);
    this.#sendNext();
  }

  #onAck({id}) {
    if (id === undefined || id !== this.#inFlight) return;
    this.#conversation.settled(id);
    this.#afterAnswer();
  }

  #onError({id, code, message, retryAfter}) {
    if (id === kJoinId) {
      this.#transport.fail(`${message} (${code})`, {after: retryAfter, final: !kPassing.has(code)});
      return;
    }
    if (id === undefined || id !== this.#inFlight) {
      if (code !== 'rate_limited') this.view.error(`${message} (${code})`);
      return;
    }
    if (code === 'not_joined') {
      this.#transport.fail('The server no longer has this page in the room', {});
      return;
    }
    if (kPassing.has(code)) {
      clearTimeout(this.#timers.retry);
      this.#timers.retry = setTimeout(() => {
        this.#inFlight = null;
        this.#sendNext();
      }, Math.max(retryAfter ?? 0, kShortestPause));
      return;
    }
    this.view.error(`Not sent: ${message} (${code})`);
    this.#conversation.settled(id);
    this.#afterAnswer();
  }

  #afterAnswer() {
    this.#inFlight = null;
    this.view.waiting(this.#conversation.outbox);
    this.save();
    this.#sendNext();
  }

  // One at a time: a refused message is tried again before the next one, so the order is that of typing.
  #sendNext() {
    const next = this.#conversation.outbox[0];
    if (!this.#joined || this.#inFlight !== null || next === undefined) return;
    this.#inFlight = next.id;
    this.#transport.send({type: 'chat', room: this.room, id: next.id, text: next.text});
  }

  /** Whether it was taken. */
  say(text) {
    if (this.#conversation.outbox.length >= kOutbox) {
      this.view.error(`${kOutbox} messages wait already; no more are taken before the server is back.`);
      return false;
    }
    this.#conversation.compose(text);
    this.view.waiting(this.#conversation.outbox);
    this.save();
    this.stopTyping();
    this.#sendNext();
    return true;
  }

  typing() {
    clearTimeout(this.#timers.idle);
    this.#timers.idle = setTimeout(() => this.stopTyping(), kTypingIdle);
    const now = Date.now();
    if (!this.#joined || (this.#typingSentAt !== null && now - this.#typingSentAt < kTypingRepeat)) return;
    this.#typingSentAt = now;
    this.#transport.send({type: 'typing', room: this.room, isTyping: true});
  }

  stopTyping() {
    clearTimeout(this.#timers.idle);
    if (this.#typingSentAt === null) return;
    this.#typingSentAt = null;
    if (this.#joined) this.#transport.send({type: 'typing', room: this.room, isTyping: false});
  }

  #onTyping(user, isTyping) {
    clearTimeout(this.#typists.get(user));
    this.#typists.delete(user);
    // The server ends it after 10 s; where that word is lost we end it ourselves.
    if (isTyping && user !== this.name) {
      this.#typists.set(user, setTimeout(() => this.#onTyping(user, false), 12_000));
    }
    this.view.typing([...this.#typists.keys()]);
  }

  #onClosed({reason, after, final}) {
    this.#lost();
    if (final) {
      this.view.state('Not connected');
      this.view.error(reason);
      this.view.offerAgain();
      return;
    }
    const pause = Math.min(kLongestPause, kShortestPause * 2 ** this.#attempt);
    this.#attempt += 1;
    const wait = Math.max(after ?? 0, this.#returnAfter ?? 0, pause) * (1 + Math.random() / 2);
    this.#returnAfter = undefined;
    this.#back(reason, Math.min(wait, Math.max(kLongestPause, after ?? 0)));
  }

  #back(reason, wait) {
    this.view.state(`${reason}; trying again in ${Math.ceil(wait / 1000)} s`);
    clearTimeout(this.#timers.back);
    this.#timers.back = setTimeout(() => this.connect(), wait);
    this.view.offerAgain();
  }

  #lost() {
    this.#joined = false;
    this.#inFlight = null;
    this.#typingSentAt = null;
    clearTimeout(this.#timers.retry);
    this.#typists.forEach((timer) => clearTimeout(timer));
    this.#typists.clear();
    this.view.lost();
  }

  /** The person or the browser says that it's worth a try now. */
  again() {
    if (this.#transport?.ended ?? true) this.connect();
  }

  save() {
    if (this.#timers.save !== undefined) return;
    this.#timers.save = setTimeout(() => this.saveNow(), 250);
  }

  saveNow() {
    clearTimeout(this.#timers.save);
    this.#timers.save = undefined;
    memory.set(`room:${this.room}`, {...this.#conversation.toJSON(), name: this.name});
  }

  end() {
    this.stopTyping();
    this.#transport?.close();
    this.#lost();
    this.saveNow();
    Object.values(this.#timers).forEach((timer) => clearTimeout(timer));
  }
}

/** What this tab remembers, so that a reload goes on where it was. Storage may be full or forbidden. */
const memory = {
  get(key) {
    try {
      return JSON.parse(sessionStorage.getItem(`confab:${key}`)) ?? undefined;
    } catch {
      return undefined;
    }
  },
  set(key, value) {
    try {
      sessionStorage.setItem(`confab:${key}`, JSON.stringify(value));
    } catch {
      sessionStorage.removeItem(`confab:${key}`); // a position without its lines would hide messages
    }
  },
};

let visit = null;

const view = new View({
  join(choice) {
    memory.set('choice', {...choice, inside: true});
    visit = new Visit(choice, view);
    visit.connect();
  },
  leave() {
    memory.set('choice', {...memory.get('choice'), inside: false});
    visit.end();
    visit = null;
  },
  say: (text) => visit?.say(text) ?? false,
  typing: () => visit?.typing(),
  stopTyping: () => visit?.stopTyping(),
  again: () => visit?.again(),
});

addEventListener('pagehide', () => visit?.end());
addEventListener('pageshow', (event) => {
  if (event.persisted) visit?.connect();
});
addEventListener('online', () => visit?.again());

const remembered = memory.get('choice');
if (remembered) view.prefill(remembered);
if (remembered?.inside) view.join();
