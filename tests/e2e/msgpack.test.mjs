// SPDX-License-Identifier: MIT
// The native protocol's other forms on a WebSocket: MessagePack, and the gzip envelope.
import assert from 'node:assert/strict';
import {gunzipSync, gzipSync} from 'node:zlib';
import {ExtData, encode} from '@msgpack/msgpack';
import WebSocket from 'ws';
import {post} from './support/http.mjs';
import {MsgpackClient, kMsgpack} from './support/msgpack.mjs';
import {RawStream} from './support/sse.mjs';
import {startServer} from './support/server.mjs';
import {test} from './support/test.mjs';
import {WsClient, closeOf} from './support/websocket.mjs';

/** A client of `?envelope=gzip`: counts the envelopes that it gets, and says everything in one. */
class EnvelopeClient extends WsClient {
  envelopes = 0;

  static async open(t, server, options = {}) {
    return super.open(t, server, {path: '/ws?envelope=gzip', ...options});
  }

  unpack(data, isBinary) {
    const message = super.unpack(data, isBinary);
    if (!('compressed' in message)) return message;
    assert.deepEqual(Object.keys(message), ['compressed', 'data']);
    assert.equal(message.compressed, true);
    this.envelopes += 1;
    return JSON.parse(gunzipSync(Buffer.from(message.data, 'base64')).toString());
  }

  pack(message) {
    return envelope(JSON.stringify(message));
  }
}

function envelope(text) {
  return JSON.stringify({compressed: true, data: gzipSync(text).toString('base64')});
}

test('MessagePack and JSON clients chat in one room', async (t) => {
  const server = await startServer(t);
  const ann = await MsgpackClient.join(t, server, 'general', 'ann');
  assert.equal(ann.socket.protocol, kMsgpack);
  assert.equal(ann.connected.heartbeat, 25_000);
  const bob = await WsClient.join(t, server, 'general', 'bob');

  const ack = await ann.ask({type: 'chat', text: 'hi, "Bob" \u20ac \u{1f600}', n: -70_000, half: 0.5, nested: {list: [1, null, true]}});
  assert.equal(ack.seq, 1);
  const heard = await bob.type('chat');
  assert.deepEqual(heard, {
    type: 'chat', room: 'general', user: 'ann', text: 'hi, "Bob" \u20ac \u{1f600}', n: -70_000, half: 0.5,
    nested: {list: [1, null, true]}, id: ack.id, seq: 1, timestamp: ack.timestamp,
  });
  assert.deepEqual(await ann.type('chat'), heard, 'the sender gets the same');

  await bob.ask({type: 'chat', room: 'general', text: 'hello\n', big: 2 ** 40, few: [0.1, -1e-7]});
  const answer = await ann.type('chat', {where: (m) => m.seq === 2});
  assert.deepEqual(answer, await bob.type('chat', {where: (m) => m.seq === 2}));
  assert.deepEqual([answer.text, answer.big, answer.few], ['hello\n', 2 ** 40, [0.1, -1e-7]]);

  bob.send({type: 'typing', room: 'general', isTyping: true});
  assert.equal((await ann.type('user_typing')).isTyping, true);
  await bob.close();
  assert.equal((await ann.type('user_left')).user, 'bob');
});

test('Everything that is answered comes as MessagePack: joined with messages, history, presence', async (t) => {
  const server = await startServer(t);
  const writer = await WsClient.join(t, server, 'general', 'bob');
  for (let n = 1; n <= 20; n += 1) await writer.ask({type: 'chat', text: `message ${n}`});
  const ann = await MsgpackClient.open(t, server);
  const json = await WsClient.open(t, server);
  const joined = await ann.enter('general', {user: 'ann', history: 20});
  assert.equal(joined.messages.length, 20);
  assert.deepEqual(joined.messages, (await json.enter('general', {user: 'carl', history: 20})).messages);
  const history = await ann.ask({type: 'history', room: 'general', limit: 3});
  assert.deepEqual(history.messages.map((m) => m.text), ['message 18', 'message 19', 'message 20']);
  const presence = await ann.ask({type: 'presence', room: 'general'});
  assert.deepEqual(presence.members.map((m) => m.user).sort(), ['ann', 'bob', 'carl']);
});

test('Bytes are bin in MessagePack and base64 in JSON, both ways', async (t) => {
  const server = await startServer(t);
  const ann = await MsgpackClient.join(t, server, 'general', 'ann');
  const bob = await WsClient.join(t, server, 'general', 'bob');
  const stream = await RawStream.open(t, server, '/events?room=general');
  await stream.event('joined');
  const bytes = Uint8Array.from({length: 40_000}, (_, n) => (n * 7919) % 256);
  await ann.ask({type: 'chat', text: 'see', photo: bytes, none: new Uint8Array(0)});
  const base64 = {$binary: Buffer.from(bytes).toString('base64')};
  const heard = await bob.type('chat');
  assert.deepEqual(heard.photo, base64);
  assert.deepEqual(heard.none, {$binary: ''});
  assert.deepEqual((await stream.event('chat')).json.photo, base64);
  const echo = await ann.type('chat');
  assert.ok(echo.photo instanceof Uint8Array);
  assert.deepEqual(Buffer.from(echo.photo), Buffer.from(bytes));

  await bob.ask({type: 'chat', room: 'general', text: 'mine', deep: [{$binary: 'AP+A'}], not: {$binary: 'AP+'}, nor: {$binary: 'YQ==', x: 1}});
  const mine = await ann.type('chat', {where: (m) => m.seq === 2});
  assert.deepEqual(Buffer.from(mine.deep[0]), Buffer.from([0, 255, 128]));
  assert.deepEqual(mine.not, {$binary: 'AP+'});
  assert.deepEqual(mine.nor, {$binary: 'YQ==', x: 1});
});

test('Numbers keep their values', async (t) => {
  const server = await startServer(t);
  const ann = await MsgpackClient.join(t, server, 'general', 'ann');
  const bob = await WsClient.join(t, server, 'general', 'bob');
  const numbers = [
    0, 1, 127, 128, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER, -1, -32, -33, -128, -129, -32_768,
    -32_769, -(2 ** 31), -(2 ** 31) - 1, Number.MIN_SAFE_INTEGER, 0.5, 0.1, -2.5e-300, 1e100, Number.MAX_VALUE, Number.MIN_VALUE,
  ];
  await ann.ask({type: 'chat', text: 'numbers', numbers});
  assert.deepEqual((await bob.type('chat')).numbers, numbers);
  assert.deepEqual((await ann.type('chat')).numbers, numbers);
  ann.socket.send(Buffer.concat([
    Buffer.from([0x83]), encode('type'), encode('chat'), encode('text'), encode('x'),
    encode('n'), Buffer.from([0x92, 0xcf, ...Array(8).fill(255), 0xd3, 128, 0, 0, 0, 0, 0, 0, 0]),
  ]));
  await bob.type('chat', {where: (m) => m.seq === 2});
  assert.match(bob.texts.at(-1), /"n":\[18446744073709551615,-9223372036854775808\]/);
  bob.send('{"type":"chat","room":"general","text":"x","n":[123456789012345678901234567890,5.0,5e2]}');
  assert.deepEqual((await ann.type('chat', {where: (m) => m.seq === 3})).n, [123456789012345678901234567890, 5, 500]);
});

test('What is no message is answered, and the connection goes on', async (t) => {
  const server = await startServer(t);
  const ann = await MsgpackClient.join(t, server, 'general', 'ann');
  const refused = async (bytes) => {
    const from = ann.mark();
    ann.socket.send(bytes);
    const error = await ann.type('error', {from});
    assert.equal(typeof error.message, 'string');
    return error;
  };
  const good = Buffer.from(encode({type: 'chat', text: 'never'}));
  const infinity = Buffer.from(encode({type: 'chat', text: 'never', n: Infinity}));
  for (const bytes of [
    Buffer.alloc(0), good.subarray(0, good.length - 1), Buffer.concat([good, Buffer.from([0xc0])]), Buffer.from([0xc1]),
    infinity, encode({type: 'chat', text: 'never', n: NaN}), encode({type: 'chat', text: 'never', at: new Date(0)}),
    encode({type: 'chat', text: 'never', e: new ExtData(7, new Uint8Array(3))}), Buffer.from([0x81, 0x01, 0x02]),
    Buffer.from([0x81, 0xa1, 0xff, 0x02]), encode([{type: 'ping'}]), encode('ping'), Buffer.from('{"type":"ping"}'),
    Buffer.concat([Buffer.alloc(200, 0x91), Buffer.from([0xc0])]),
  ]) {
    assert.equal((await refused(bytes)).code, 'bad_message', Buffer.from(bytes).toString('hex').slice(0, 80));
  }
  assert.deepEqual({...(await ann.request({type: 'shout', id: 's1'})), message: ''},
    {type: 'error', id: 's1', code: 'unknown_type', field: 'type', message: ''});
  assert.equal((await ann.request({type: 'chat', room: 7, text: 'x'})).field, 'room');
  await ann.ask({type: 'chat', text: 'still here'});
  assert.deepEqual(ann.chats().map((m) => m.text), ['still here']);
});

test('The wrong kind of frame ends with 1003, a frame over the limit with 1009', async (t) => {
  const server = await startServer(t, {set: {'limits.message_size': '4KiB'}});
  const ann = await MsgpackClient.open(t, server);
  ann.socket.send('{"type":"ping"}');
  assert.equal((await closeOf(ann)).code, 1003);
  const bob = await WsClient.open(t, server, {protocols: ['confab.v1.json']});
  bob.socket.send(encode({type: 'ping'}));
  assert.equal((await closeOf(bob)).code, 1003);
  const carl = await MsgpackClient.open(t, server);
  carl.send({type: 'ping', more: 'x'.repeat(4096)});
  assert.equal((await closeOf(carl)).code, 1009);
});

test('The first known subprotocol of the offered ones is chosen', async (t) => {
  const server = await startServer(t);
  const chosen = async (protocols) => {
    const socket = new WebSocket(server.ws, protocols);
    t.after(() => socket.terminate());
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    return socket.protocol;
  };
  assert.equal(await chosen(['confab.v1.msgpack', 'confab.v1.json']), 'confab.v1.msgpack');
  assert.equal(await chosen(['confab.v1.json', 'confab.v1.msgpack']), 'confab.v1.json');
  assert.equal(await chosen(['bearer.abc', 'confab.v1.msgpack']), 'confab.v1.msgpack');
});

test('MessagePack is deflated too where that was agreed on', async (t) => {
  const server = await startServer(t);
  const text = 'compress me '.repeat(400);
  const ann = await MsgpackClient.join(t, server, 'general', 'ann', {perMessageDeflate: true});
  assert.match(ann.socket.extensions, /permessage-deflate/);
  const bob = await MsgpackClient.join(t, server, 'general', 'bob', {perMessageDeflate: false});
  await ann.ask({type: 'chat', text});
  assert.equal((await ann.type('chat')).text, text);
  assert.equal((await bob.type('chat')).text, text);
});

test('Envelopes go both ways, and beside other clients', async (t) => {
  const server = await startServer(t);
  const ann = await EnvelopeClient.join(t, server, 'general', 'ann');
  const bob = await WsClient.join(t, server, 'general', 'bob');
  const carl = await EnvelopeClient.join(t, server, 'general', 'carl', {perMessageDeflate: false});
  await ann.ask({type: 'chat', text: 'short'});
  await bob.type('chat', {where: (m) => m.text === 'short'});
  await carl.type('chat', {where: (m) => m.text === 'short'});
  assert.equal(ann.envelopes + carl.envelopes, 0, 'under 1 KiB there is none');

  const long = 'a long text '.repeat(300);
  await ann.ask({type: 'chat', text: long});
  await bob.ask({type: 'chat', room: 'general', text: `${long}!`});
  for (const client of [ann, bob, carl]) {
    await client.type('chat', {where: (m) => m.text === `${long}!`});
    assert.deepEqual(client.chats().map((m) => m.text), ['short', long, `${long}!`]);
  }
  assert.deepEqual([ann.envelopes, carl.envelopes], [2, 2]);
  const from = carl.texts.filter((text) => text.startsWith('{"compressed"'));
  assert.deepEqual(from, ann.texts.filter((text) => text.startsWith('{"compressed"')), 'made once for both');

  bob.send(JSON.stringify({compressed: false, data: JSON.stringify({type: 'ping', id: 'plain'})}));
  assert.equal((await bob.type('pong')).id, 'plain', 'who asked for no envelopes may send some');
});

test('An envelope that cannot be opened is answered', async (t) => {
  const server = await startServer(t, {set: {'limits.message_size': '4KiB'}});
  const ann = await WsClient.open(t, server);
  const refused = async (message) => {
    const from = ann.mark();
    ann.send(message);
    const {code, field} = await ann.type('error', {from});
    return [code, field];
  };
  assert.deepEqual(await refused({compressed: 'yes', data: ''}), ['bad_message', 'compressed']);
  assert.deepEqual(await refused({compressed: true, data: 7}), ['bad_message', 'data']);
  assert.deepEqual(await refused({compressed: true, data: '!'}), ['bad_message', 'data']);
  assert.deepEqual(await refused({compressed: true, data: Buffer.from('no gzip').toString('base64')}), ['bad_message', 'data']);
  assert.deepEqual(await refused({compressed: false, data: 'no json'}), ['bad_message', undefined]);
  assert.deepEqual(await refused(envelope(envelope('{"type":"ping"}'))), ['bad_message', 'type']);
  assert.deepEqual(await refused(envelope(' '.repeat(1_000_000))), ['too_large', 'data'], 'a bomb');
  assert.deepEqual(await refused(envelope(`{"type":"ping","x":"${'x'.repeat(4096)}"}`)), ['too_large', 'data']);
  assert.equal((await ann.request({type: 'ping', id: 'after'})).type, 'pong');
});

test('What a streaming client posts may be in an envelope', async (t) => {
  const server = await startServer(t);
  const stream = await RawStream.open(t, server, '/events?room=general');
  const {sid} = (await stream.event('connected')).json;
  const path = `/api/sessions/${encodeURIComponent(sid)}`;
  const answer = await post(server, path, [
    JSON.parse(envelope(JSON.stringify({type: 'ping', id: 'p1'}))),
    {compressed: true, data: '!'},
  ]);
  assert.equal(answer.status, 200);
  assert.deepEqual(answer.body.map((m) => [m.type, m.id ?? m.code]), [['pong', 'p1'], ['error', 'bad_message']]);
});

test('?envelope= takes gzip and nothing else', async (t) => {
  const server = await startServer(t);
  const socket = new WebSocket(`${server.ws}?envelope=zip`);
  const status = await new Promise((resolve) => {
    socket.on('unexpected-response', (request, response) => {
      resolve(response.statusCode);
      request.destroy();
    });
    socket.on('error', () => undefined);
  });
  assert.equal(status, 400);
});
