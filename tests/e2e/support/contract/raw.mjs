// SPDX-License-Identifier: MIT
import {connect} from 'node:net';
import {within} from '../wait.mjs';

/** HTTP as bytes, for requests that no client sends. The connection ends with its first answer. */
export class RawRequest {
  #text = '';

  static async open(t, server, bytes) {
    const request = new this();
    request.socket = connect(server.port, '127.0.0.1');
    request.socket.setEncoding('utf8').on('data', (text) => (request.#text += text)).on('error', () => undefined);
    request.ended = new Promise((resolve) => request.socket.once('close', resolve));
    t.after(() => request.socket.destroy());
    await within(new Promise((resolve) => request.socket.once('connect', resolve)), 'a connection');
    request.socket.write(bytes);
    return request;
  }

  async answer() {
    await within(this.ended, () => `the end of a connection; came: ${this.#text}`);
    const [head, text] = this.#text.split('\r\n\r\n');
    const [line, ...fields] = head.split('\r\n');
    const headers = {};
    for (const field of fields) {
      const [name, value] = field.split(': ');
      headers[name.toLowerCase()] = value;
    }
    return {status: Number(line.split(' ')[1]), headers, text, body: text === '' ? undefined : JSON.parse(text)};
  }
}
