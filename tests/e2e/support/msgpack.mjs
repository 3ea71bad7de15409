// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import {decode, encode} from '@msgpack/msgpack';
import {WsClient} from './websocket.mjs';

export const kMsgpack = 'confab.v1.msgpack';

/** A client of the subprotocol confab.v1.msgpack, by the npm package `@msgpack/msgpack`. */
export class MsgpackClient extends WsClient {
  static async open(t, server, options = {}) {
    return super.open(t, server, {protocols: [kMsgpack], ...options});
  }

  unpack(data, isBinary) {
    assert.equal(isBinary, true, 'a MessagePack session got a text frame');
    return decode(data);
  }

  pack(message) {
    return encode(message);
  }
}
