// SPDX-License-Identifier: MIT
// The ways of the native protocol, each as a Peer.
import {post} from './http.mjs';
import {MsgpackClient} from './msgpack.mjs';
import {Peer} from './peer.mjs';
import {PollSession} from './polls.mjs';
import {RawStream} from './sse.mjs';
import {Inbox} from './wait.mjs';
import {WsClient} from './websocket.mjs';

const kAnswers = ['ack', 'error', 'pong', 'ice_servers'];

class SocketPeer extends Peer {
  static client = WsClient;
  static path = '/ws';

  static async open(t, server) {
    const peer = new this(t, server);
    peer.client = await this.client.open(t, server, {path: this.path});
    peer.inbox = peer.client.inbox;
    peer.connected = peer.client.connected;
    return peer;
  }

  pack(message) {
    return this.client.pack(message);
  }

  /** The answers to these messages, in the order in which they came. */
  async exchange(messages) {
    const {client} = this;
    const from = client.mark();
    for (const message of messages) client.send(message);
    const id = Peer.serial();
    client.send({type: 'ping', id});
    const last = await client.type('pong', {from, where: (m) => m.id === id});
    const came = client.messages.slice(from, client.messages.indexOf(last));
    return came.filter((m) => kAnswers.includes(m.type));
  }

  /** All that was sent to it before now has come. */
  async settle() {
    await this.client.settle();
  }

  /** Goes without a word; then nothing more comes. */
  async drop() {
    this.client.socket.terminate();
    await this.client.closed;
  }

  async close() {
    await this.client.close();
  }
}

class MsgpackPeer extends SocketPeer {
  static client = MsgpackClient;
}

/** Takes batches apart. */
class BatchClient extends WsClient {
  receive(message) {
    for (const each of message.type === 'batch' ? message.messages : [message]) super.receive(each);
  }
}

/** A settle() waits for nothing that waits for its batch. */
class BatchPeer extends SocketPeer {
  static client = BatchClient;
  static path = '/ws?batch=20';
}

/** What is said goes by POST, and its answers come there. */
class PostingPeer extends Peer {
  #marks = 0;

  async exchange(messages) {
    const answer = await post(this.server, `/api/sessions/${encodeURIComponent(this.connected.sid)}`, messages);
    if (answer.status !== 200) throw new Error(`POST: ${answer.status} ${answer.text}`);
    return answer.body;
  }

  /** What others say goes by another way than the answers: something to oneself comes behind all that was sent before. */
  async settle() {
    const mark = `mark-${(this.#marks += 1)}`;
    await this.ask({type: 'ice-candidate', target: this.clientId, mark});
    await this.take('ice-candidate', (m) => m.mark === mark);
  }

  async close() {
    await this.drop();
  }
}

/** The blocks of a stream as messages. */
class StreamInbox extends Inbox {
  lastId = '';

  push({id, event, json}) {
    if (id !== undefined) this.lastId = id;
    if (event !== undefined) super.push({type: event, ...json});
  }
}

class StreamPeer extends PostingPeer {
  static async open(t, server, query = {}) {
    const peer = new this(t, server);
    peer.inbox = new StreamInbox();
    const path = `/events?${new URLSearchParams([['envelope', '1'], ...Object.entries(query)])}`;
    return peer.#start(path);
  }

  async #start(path) {
    this.stream = await RawStream.open(this.t, this.server, path, {inbox: this.inbox});
    this.connected = await this.inbox.find((m) => m.type === 'connected', 'connected');
    return this;
  }

  async drop() {
    this.stream.close();
    await this.stream.ended;
  }

  /** As an EventSource does it: by the last id. */
  async comeBack(user, rooms) {
    const peer = new StreamPeer(this.t, this.server);
    peer.inbox = new StreamInbox();
    const query = new URLSearchParams([['envelope', '1'], ['user', user], ['lastEventId', this.inbox.lastId]]);
    for (const room of rooms) query.append('room', room);
    await peer.#start(`/events?${query}`);
    for (const room of rooms) await peer.take('joined', (m) => m.room === room);
    return peer;
  }
}

class PollPeer extends PostingPeer {
  static async open(t, server) {
    const peer = new this(t, server);
    peer.session = await PollSession.open(t, server);
    peer.inbox = peer.session.inbox;
    peer.connected = peer.session.connected;
    return peer;
  }

  async drop() {
    await this.session.drop();
  }
}

export const kInBatches = {'WebSocket with ?batch=': BatchPeer};

/** By name: a class with `open(t, server)`. */
export const kTransports = {
  'WebSocket with JSON': SocketPeer,
  'WebSocket with MessagePack': MsgpackPeer,
  'a stream and POST': StreamPeer,
  '/api/poll and POST': PollPeer,
};
