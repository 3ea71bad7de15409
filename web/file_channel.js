// SPDX-License-Identifier: MIT

const kChunk = 16_384; // what every browser takes in one message
const kBuffered = 1_048_576; // bytes that the channel may hold before we wait
const kLargest = 256 * 1_048_576;

/**
 * Files over one data channel: {"name","size"} as text, then the bytes. What arrives is `events.file({name, blob})`,
 * what goes out is told by `events.progress({name, sent, size})`.
 */
export class FileChannel {
  #channel;
  #events;
  #incoming = null; // {name, size, parts, received}
  #sending = Promise.resolve();

  constructor(channel, events) {
    this.#channel = channel;
    this.#events = events;
    channel.binaryType = 'arraybuffer';
    channel.bufferedAmountLowThreshold = kBuffered / 2;
    channel.onmessage = ({data}) => (typeof data === 'string' ? this.#begin(JSON.parse(data)) : this.#add(data));
  }

  get isOpen() {
    return this.#channel.readyState === 'open';
  }

  /** Resolves when the last byte is with the browser; the files of several calls go one after the other. */
  send(file) {
    if (file.size > kLargest) return Promise.reject(new Error('This file is larger than 256 MiB'));
    const sent = this.#sending.then(() => this.#write(file));
    this.#sending = sent.catch(() => undefined);
    return sent;
  }

  async #write(file) {
    const {name, size} = file;
    this.#channel.send(JSON.stringify({name, size}));
    for (let at = 0; at < size; at += kChunk) {
      const chunk = await file.slice(at, at + kChunk).arrayBuffer();
      if (this.#channel.bufferedAmount > kBuffered) await this.#drained();
      this.#channel.send(chunk);
      this.#events.progress({name, sent: at + chunk.byteLength, size});
    }
  }

  #drained() {
    return new Promise((resolve, reject) => {
      this.#channel.onbufferedamountlow = resolve;
      this.#channel.onclose = () => reject(new Error('The connection was lost'));
    });
  }

  #begin({name, size}) {
    const taken = typeof name === 'string' && Number.isInteger(size) && size >= 0 && size <= kLargest;
    this.#incoming = taken ? {name, size, parts: [], received: 0} : null;
    if (taken && size === 0) this.#finish();
  }

  #add(data) {
    const file = this.#incoming;
    if (file === null) return;
    file.parts.push(data);
    file.received += data.byteLength;
    if (file.received >= file.size) this.#finish();
  }

  #finish() {
    const {name, size, parts} = this.#incoming;
    this.#incoming = null;
    const blob = new Blob(parts);
    if (blob.size === size) this.#events.file({name, blob});
  }
}
