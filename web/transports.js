// SPDX-License-Identifier: MIT
// Three ways to be in a room. Each class has the same verbs and says the same:
//
//   new Transport(target, events)   target: {user, room, since, cursor, history}
//   open()                          connects and joins the room
//   send(message)                   one native message, after `joined` has come
//   close()                         ends it; nothing is said afterwards
//
//   events.message(message, cursor) a native message of the server; on a stream with its cursor
//   events.closed({reason, after, final})
//                                   once: the connection is gone, in words; `after`: milliseconds to wait;
//                                   `final`: coming back by itself would be of no use
//
// A transport is used for one connection. What came and when to return is its owner's business.

/** The id of the `join` that a transport sends. */
export const kJoinId = 'join';

const kOpenTimeout = 15_000;
const kSilence = 60_000; // more than two heartbeats of a server with default settings

// Close codes after which a client isn't wanted back (protocol: 1008 policy, 4001 token expired, 4002 replaced, 4003
// disconnected by the API).
const kFinalCloses = new Set([1008, 4001, 4002, 4003]);

function address(path, query = {}) {
  const url = new URL(path, document.baseURI);
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') url.searchParams.set(key, value);
  }
  return url;
}

function joinMessage({user, room, since, history}) {
  return {type: 'join', id: kJoinId, room, user, ...(since ? {since} : {history})};
}

/** What all three share: the end is said once, and a watch over a peer that has fallen silent. */
class Connection {
  #events;
  #watch = null;
  ended = false;

  constructor(target, events) {
    this.target = target;
    this.#events = events;
  }

  heard(message, cursor = '') {
    if (!this.ended) this.#events.message(message, cursor);
  }

  fail(reason, {after, final = false} = {}) {
    if (this.ended) return;
    this.close();
    this.#events.closed({reason, after, final});
  }

  /** Fails unless it is called again within this time. */
  expectSignWithin(ms) {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => this.fail('The server is silent'), ms);
  }

  close() {
    this.ended = true;
    clearTimeout(this.#watch);
    this.release();
  }
}

export class WebSocketTransport extends Connection {
  #socket = null;
  #heartbeat = null;

  open() {
    const url = address('ws');
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    this.expectSignWithin(kOpenTimeout);
    this.#socket = new WebSocket(url);
    this.#socket.onmessage = (event) => this.#onMessage(JSON.parse(event.data));
    this.#socket.onclose = ({code, reason}) => {
      this.fail(reason || 'The connection was lost', {final: kFinalCloses.has(code)});
    };
  }

  #onMessage(message) {
    if (message.type === 'connected') {
      const interval = message.heartbeat ?? 25_000;
      // A page doesn't see the pings of WebSocket itself, so it asks in the protocol.
      this.silence = Math.max(2 * interval + 10_000, kOpenTimeout);
      this.#heartbeat = setInterval(() => this.send({type: 'ping'}), interval);
      this.send(joinMessage(this.target));
    }
    this.expectSignWithin(this.silence ?? kOpenTimeout);
    this.heard(message);
  }

  send(message) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  release() {
    clearInterval(this.#heartbeat);
    if (this.#socket) {
      this.#socket.onmessage = this.#socket.onclose = null;
      this.#socket.close(1000);
    }
  }
}

/** Says what a session without a socket has to say: by POST, one request at a time, so that the order holds. */
class Postbox {
  #owner;
  #waiting = [];
  #busy = false;
  #abort = new AbortController();
  sid = '';

  constructor(owner) {
    this.#owner = owner;
  }

  send(message) {
    this.#waiting.push(message);
    if (!this.#busy) this.#work();
  }

  async #work() {
    this.#busy = true;
    while (this.#waiting.length > 0 && !this.#owner.ended) {
      const batch = this.#waiting.splice(0, 50);
      try {
        const answer = await fetch(address(`api/sessions/${encodeURIComponent(this.sid)}`), {
          method: 'POST',
          headers: {'Content-Type': 'application/json'},
          body: JSON.stringify(batch),
          signal: this.#abort.signal,
        });
        if (!answer.ok) return this.#owner.fail(await reasonOf(answer), failureOf(answer));
        for (const reply of await answer.json()) this.#owner.heard(reply);
      } catch {
        return this.#owner.fail('The connection was lost');
      }
    }
    this.#busy = false;
  }

  /** The last word of a page that goes away: a request that outlives it. */
  leave(room) {
    if (!this.sid) return;
    const body = new Blob([JSON.stringify({type: 'leave', room})], {type: 'application/json'});
    navigator.sendBeacon(address(`api/sessions/${encodeURIComponent(this.sid)}`), body);
  }

  close() {
    this.#abort.abort();
  }
}

// A session that the server no longer knows (404) is one to open again; other refusals will be repeated.
function failureOf(answer) {
  const seconds = Number(answer.headers.get('Retry-After'));
  const final = answer.status >= 400 && answer.status < 500 && ![404, 408, 429].includes(answer.status);
  return {after: seconds > 0 ? seconds * 1000 : undefined, final};
}

async function reasonOf(answer) {
  try {
    const {error} = await answer.json();
    return `${error.message} (${error.code})`;
  } catch {
    return `The server answered ${answer.status}`;
  }
}

const kStreamEvents = ['connected', 'joined', 'chat', 'user_joined', 'user_left', 'user_typing', 'occupancy', 'reset',
  'reconnect', 'ping', 'notification'];

export class SseTransport extends Connection {
  #stream = null;
  #post = new Postbox(this);
  #probe = new AbortController();

  open() {
    const {user, room, cursor, history} = this.target;
    const query = {room, user, ...(cursor ? {lastEventId: cursor} : {history})};
    const url = address('events', query);
    this.expectSignWithin(kOpenTimeout);
    this.#stream = new EventSource(url);
    for (const name of kStreamEvents) {
      this.#stream.addEventListener(name, (event) => this.#onEvent(name, event));
    }
    this.#stream.onerror = (event) => {
      if (event instanceof MessageEvent) return; // an event that the server named "error"
      // An EventSource comes back by itself at a fixed pace; we do it with growing pauses, as on the others. Where it
      // has given up, the server has refused, and only a request of our own can tell why.
      const refused = this.#stream.readyState === EventSource.CLOSED;
      this.#stream.close();
      if (refused) this.#askWhy(url);
      else this.fail('The connection was lost');
    };
  }

  #onEvent(name, event) {
    const message = {...JSON.parse(event.data), type: name};
    if (name === 'connected') this.#post.sid = message.sid;
    this.expectSignWithin(kSilence);
    this.heard(message, event.lastEventId);
  }

  async #askWhy(url) {
    try {
      const answer = await fetch(url, {signal: this.#probe.signal});
      if (answer.ok) this.fail('The connection was lost');
      else this.fail(await reasonOf(answer), failureOf(answer));
    } catch {
      this.fail('The connection was lost');
    }
  }

  send(message) {
    this.#post.send(message);
  }

  release() {
    this.#stream?.close();
    this.#post.close();
    this.#probe.abort();
  }
}

export class PollTransport extends Connection {
  #post = new Postbox(this);
  #abort = new AbortController();

  open() {
    this.#poll();
  }

  async #poll() {
    let query = {};
    try {
      while (!this.ended) {
        this.expectSignWithin(kSilence);
        const answer = await fetch(address('api/poll', query), {signal: this.#abort.signal, cache: 'no-store'});
        if (!answer.ok) return this.fail(await reasonOf(answer), failureOf(answer));
        const {messages, poll} = await answer.json();
        for (const message of messages) {
          if (message.type === 'connected') {
            this.#post.sid = message.sid;
            this.send(joinMessage(this.target));
          }
          this.heard(message);
        }
        query = {sid: this.#post.sid, ack: poll};
      }
    } catch {
      this.fail('The connection was lost');
    }
  }

  send(message) {
    this.#post.send(message);
  }

  release() {
    // Without a word the session would stay in the room until its time is up.
    this.#post.leave(this.target.room);
    this.#abort.abort();
    this.#post.close();
  }
}

export const transports = {websocket: WebSocketTransport, sse: SseTransport, poll: PollTransport};
