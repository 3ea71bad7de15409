// SPDX-License-Identifier: MIT
// What the page shows of a room, without a page and without a server.
import assert from 'node:assert/strict';
import {Conversation} from '../../web/conversation.js';
import {test} from './support/test.mjs';

const chat = (seq, fields = {}) =>
  ({type: 'chat', room: 'r', user: 'ann', text: `message ${seq}`, id: `id${seq}`, seq, timestamp: '2026-11-24T10:00:00.000Z', ...fields});
const joined = (epoch, seq, fields = {}) => ({type: 'joined', room: 'r', epoch, seq, messages: [], recovered: false, ...fields});
const shown = (conversation) => conversation.lines.map((line) => line.seq ?? line.text.split(' ').slice(0, 2).join(' '));

function begun(kind = 'websocket', saved) {
  const conversation = new Conversation('r', saved);
  conversation.begin(kind);
  return conversation;
}

test('The page shows history and live events once, and knows its position', () => {
  const c = begun();
  assert.equal(c.position(), null);
  c.take(joined('e', 12, {messages: [chat(11), chat(12)]}));
  c.take(chat(12));
  c.take(chat(13));
  c.take({type: 'ack', id: 'x', room: 'r', seq: 14});
  c.take(chat(14));
  c.take(chat(15, {room: 'elsewhere'}));
  c.take({type: 'price', room: 'r', seq: 15, data: 1});
  c.take(chat(16));
  assert.deepEqual(shown(c), [11, 12, 13, 14, 16]);
  assert.deepEqual(c.position(), {epoch: 'e', seq: 16});
});

test('The page comes back to an empty room with a position', () => {
  const c = begun();
  c.take(joined('e', 0));
  assert.deepEqual(c.position(), {epoch: 'e', seq: 0});
  c.begin('websocket');
  c.take(joined('e', 2, {recovered: true, messages: [chat(1), chat(2)]}));
  assert.deepEqual(shown(c), [1, 2]);
});

test('The page says how many messages are missing', () => {
  const c = begun();
  c.take(joined('e', 1, {messages: [chat(1)]}));
  c.begin('websocket');
  c.take(joined('e', 6, {messages: [chat(5), chat(6)]}));
  assert.deepEqual(shown(c), [1, '3 messages', 5, 6]);
  c.begin('websocket');
  c.take(joined('e', 7, {messages: []}));
  assert.deepEqual(shown(c), [1, '3 messages', 5, 6, 'One message']);
  assert.deepEqual(c.position(), {epoch: 'e', seq: 7});
});

test('The page shows pages of a long recovery before it counts what is missing', () => {
  const c = begun();
  c.take(joined('e', 0));
  c.begin('websocket');
  c.take(joined('e', 5, {recovered: true, messages: [chat(1), chat(2)], more: true}));
  c.take({type: 'messages', room: 'r', messages: [chat(3), chat(4)], more: true});
  c.take({type: 'messages', room: 'r', messages: [chat(5)], more: false});
  c.take(chat(6));
  assert.deepEqual(shown(c), [1, 2, 3, 4, 5, 6]);
});

test('The page says once that the numbering has started again', () => {
  for (const order of [['joined', 'reset'], ['reset', 'joined']]) {
    const c = begun('sse');
    c.take(joined('e', 3, {messages: undefined}), '');
    c.take(chat(3), 'c3');
    c.begin('sse');
    const steps = {
      joined: joined('f', 1, {messages: undefined}),
      reset: {type: 'reset', rooms: [{room: 'other', epoch: 'x', seq: 1, reason: 'gap'}, {room: 'r', epoch: 'f', seq: 1, reason: 'epoch'}]},
    };
    for (const step of order) c.take(steps[step], '');
    c.take(chat(1), 'c1');
    assert.deepEqual(shown(c), [3, 'The history', 1], order.join());
  }
});

test('The page shows a gap that the server tells of on a stream, and what is left', () => {
  const c = begun('sse');
  c.take(joined('e', 0, {messages: undefined}));
  c.take(chat(1), 'c1');
  c.begin('sse');
  c.take(joined('e', 9, {messages: undefined}));
  c.take({type: 'reset', rooms: [{room: 'r', epoch: 'e', seq: 9, reason: 'gap'}]});
  c.take(chat(8), 'c8');
  c.take(chat(9), 'c9');
  assert.deepEqual(shown(c), [1, 'Some messages', 8, 9]);
  assert.equal(c.cursor, 'c9');
});

test('The page counts steps on a stream only where it came back without a cursor', () => {
  const saved = {epoch: 'e', seq: 3, lines: [], outbox: [], cursor: ''};
  const c = begun('sse', saved);
  c.take(joined('e', 9, {messages: undefined}));
  c.take(chat(3), 'c3');
  c.take(chat(6), 'c6');
  c.take(chat(8), 'c8'); // 7 was a custom event
  assert.deepEqual(shown(c), ['2 messages', 6, 8]);
});

test('The page forgets a live gap that it has told of', () => {
  const c = begun();
  c.take(joined('e', 1, {messages: [chat(1)]}));
  c.take({type: 'reset', rooms: [{room: 'r', epoch: 'e', seq: 4, reason: 'gap'}]});
  c.take(chat(5));
  assert.deepEqual(shown(c), [1, 'Some messages', 5]);
});

test('What the page was told to send waits under one id until its echo or its ack', () => {
  const c = begun();
  const first = c.compose('one');
  const second = c.compose('two');
  assert.notEqual(first.id, second.id);
  assert.ok(first.id.length >= 16 && first.id.length <= 64);
  const again = begun('websocket', JSON.parse(JSON.stringify(c)));
  assert.deepEqual(again.outbox, [first, second]);
  again.take(joined('e', 1, {messages: [chat(1, {id: first.id})]}));
  assert.deepEqual(again.outbox, [second]);
  again.settled(second.id);
  assert.deepEqual(again.outbox, []);
});

test('The page goes on after a reload where it was', () => {
  const c = begun();
  c.take(joined('e', 2, {messages: [chat(1), chat(2)]}));
  const again = begun('poll', JSON.parse(JSON.stringify(c)));
  assert.deepEqual(again.position(), {epoch: 'e', seq: 2});
  assert.deepEqual(shown(again), [1, 2]);
  again.take(joined('e', 3, {recovered: true, messages: [chat(3)]}));
  assert.deepEqual(shown(again), [1, 2, 3]);
});

test('The page keeps 500 lines', () => {
  const c = begun();
  c.take(joined('e', 0));
  for (let seq = 1; seq <= 700; seq += 1) c.take(chat(seq));
  assert.equal(c.lines.length, 500);
  assert.equal(c.lines[0].seq, 201);
});
