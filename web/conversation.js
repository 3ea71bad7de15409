// SPDX-License-Identifier: MIT

const kLinesKept = 500;

/**
 * What is known of one room: what was said, up to which position, and what still waits to be sent. It takes the
 * server's messages in the order they came and answers with the lines to show, so that no event is shown twice and
 * none is missing without a line that says so. Pure data: no socket, no page; `saved` is what `toJSON` gave.
 *
 * A line is {kind: "chat", seq, id, user, text, at} or {kind: "note", text}.
 */
export class Conversation {
  constructor(room, saved = {}) {
    this.room = room;
    this.epoch = saved.epoch ?? null;
    this.seq = saved.seq ?? null; // the newest event seen under the epoch; null: none yet
    this.cursor = saved.cursor ?? ''; // the newest event of a stream
    this.lines = saved.lines ?? [];
    this.outbox = saved.outbox ?? []; // {id, text}, in the order they were typed
    this.top = null; // where the replay that goes on will end
    this.jumps = 'none'; // which steps of more than one in the numbering mean a loss: all, the next, or none
  }

  toJSON() {
    const {epoch, seq, cursor, lines, outbox} = this;
    return {epoch, seq, cursor, lines, outbox};
  }

  /**
   * Before each connection. A WebSocket or a poll brings every event, so a step in the numbering is a loss. A stream
   * keeps events of names that nobody listens for to itself, so there it is one only where we come back without a
   * cursor; with one the server tells of losses by `reset`.
   */
  begin(kind) {
    this.top = null;
    if (kind !== 'sse') {
      this.cursor = ''; // it would fall behind the position
      this.jumps = 'all';
    } else {
      this.jumps = this.cursor === '' ? 'next' : 'none';
    }
  }

  /** What a `join` names in `since`; null where nothing was seen. */
  position() {
    return this.epoch !== null && this.seq !== null ? {epoch: this.epoch, seq: this.seq} : null;
  }

  /** The lines that one message of the server adds. `cursor` is the stream's, where there is one. */
  take(message, cursor = '') {
    this.#added = [];
    if (message.room === undefined || message.room === this.room || message.type === 'reset') this.#apply(message);
    if (cursor) this.cursor = cursor;
    this.lines.push(...this.#added);
    if (this.lines.length > kLinesKept) this.lines.splice(0, this.lines.length - kLinesKept);
    return this.#added;
  }

  #added = [];

  #apply(message) {
    switch (message.type) {
      case 'ack': // it names a seq, but is no event
      case 'error':
        return;
      case 'joined':
        return this.#joined(message);
      case 'messages':
        return this.#page(message);
      case 'reset':
        return message.rooms?.filter((entry) => entry.room === this.room).forEach((entry) => this.#reset(entry));
      default:
        return this.#event(message);
    }
  }

  #joined({epoch, seq, messages, more}) {
    if (epoch !== this.epoch) this.#renumbered(epoch);
    if (messages === undefined) { // a stream: the replay follows as events
      if (this.seq === null && seq === 0) this.seq = 0;
      return;
    }
    this.top = seq;
    this.#page({messages, more});
  }

  #page({messages = [], more = false}) {
    for (const event of messages) this.#event(event);
    if (more || this.top === null) return;
    if (this.seq !== null && this.seq < this.top) this.#missing(this.top - this.seq);
    this.seq = Math.max(this.seq ?? 0, this.top);
    this.top = null;
  }

  #event(event) {
    if (!Number.isInteger(event.seq)) return;
    if (event.epoch !== undefined && event.epoch !== this.epoch) this.#renumbered(event.epoch);
    if (this.seq !== null && event.seq <= this.seq) return;
    if (this.seq !== null && event.seq > this.seq + 1 && this.jumps !== 'none') {
      this.#missing(event.seq - this.seq - 1);
    }
    if (this.jumps === 'next') this.jumps = 'none';
    this.seq = event.seq;
    if (event.type !== 'chat') return;
    const {seq, id, user, text, timestamp} = event;
    this.#added.push({kind: 'chat', seq, id, user, text: asText(text), at: timestamp});
    this.outbox = this.outbox.filter((waiting) => waiting.id !== id);
  }

  #reset({epoch, seq}) {
    if (epoch !== this.epoch) return this.#renumbered(epoch);
    if (this.seq === null || seq <= this.seq) return;
    this.#note('Some messages are missing here: the server no longer has them.');
    if (this.jumps === 'all') this.seq = seq; // a stream's replay of what is left follows, elsewhere the next event
  }

  #renumbered(epoch) {
    if (this.epoch !== null) {
      this.#note('The history of this room was lost on the server: its numbering starts again here.');
    }
    this.epoch = epoch;
    this.seq = null;
  }

  #missing(count) {
    this.#note(count === 1 ? 'One message is missing here.' : `${count} messages are missing here.`);
  }

  #note(text) {
    this.#added.push({kind: 'note', text});
  }

  /** Puts what was typed into the outbox. Its id stays the same in every try, so that it is stored once. */
  compose(text) {
    const message = {id: randomId(), text};
    this.outbox.push(message);
    return message;
  }

  /** The server has it, or will never take it. */
  settled(id) {
    this.outbox = this.outbox.filter((message) => message.id !== id);
  }
}

function asText(value) {
  return typeof value === 'string' ? value : JSON.stringify(value) ?? '';
}

/** 128 random bits. crypto.randomUUID is there in secure contexts only, and this page is used over plain HTTP too. */
export function randomId() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
