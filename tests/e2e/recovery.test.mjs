// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import {publish} from './support/http.mjs';
import {startServer} from './support/server.mjs';
import {RawStream} from './support/sse.mjs';
import {test} from './support/test.mjs';
import {WsClient} from './support/websocket.mjs';

const kLargeHistory = {rooms: [{match: '*', history: {size: 2000, bytes: '16MiB'}}]};
const numbers = (from, to) => Array.from({length: to - from + 1}, (_, n) => from + n);

test('Who comes back with its position gets exactly what it missed', async (t) => {
  const server = await startServer(t);
  const ann = await WsClient.join(t, server, 'general', 'ann');
  for (const n of numbers(1, 5)) await publish(server, 'general', {user: 'bob', text: `message ${n}`});
  await ann.type('chat', {where: (m) => m.seq === 5});
  const since = {epoch: ann.joined.epoch, seq: 5};
  ann.socket.terminate();
  for (const n of numbers(6, 12)) await publish(server, 'general', {user: 'bob', text: `message ${n}`});
  const back = await WsClient.join(t, server, 'general', 'ann', {since});
  assert.equal(back.joined.recovered, true);
  assert.equal(back.joined.seq, 12);
  assert.equal(back.joined.epoch, since.epoch);
  assert.deepEqual(back.joined.messages.map((m) => [m.type, m.seq, m.text]),
    numbers(6, 12).map((n) => ['chat', n, `message ${n}`]));
  assert.ok(!back.joined.more);
  await publish(server, 'general', {user: 'bob', text: 'live'});
  assert.equal((await back.type('chat')).seq, 13, 'after joined the next live event is its seq + 1');
});

test('Who missed nothing is told so', async (t) => {
  const server = await startServer(t);
  await publish(server, 'general', {user: 'bob', text: 'one'});
  const first = await WsClient.join(t, server, 'general', 'ann');
  assert.equal(first.joined.recovered, false, 'no since');
  assert.deepEqual(first.joined.messages, [], 'neither since nor history');
  const back = await WsClient.join(t, server, 'general', 'ann', {since: {epoch: first.joined.epoch, seq: 1}});
  assert.equal(back.joined.recovered, true);
  assert.deepEqual(back.joined.messages, []);
});

test('A seq above the top, another epoch and a trimmed history are told as not recovered', async (t) => {
  const server = await startServer(t, {config: {rooms: [{match: '*', history: {size: 10}}]}});
  for (const n of numbers(1, 25)) await publish(server, 'general', {user: 'bob', text: `message ${n}`});
  const {epoch} = (await WsClient.join(t, server, 'general', 'ann')).joined;
  const rejoin = async (since, history) =>
    (await WsClient.join(t, server, 'general', 'ann', {since, history})).joined;
  const kept = numbers(16, 25);
  const seqs = ({messages}) => messages.map((m) => m.seq);

  const trimmed = await rejoin({epoch, seq: 5});
  assert.equal(trimmed.recovered, false);
  assert.deepEqual(seqs(trimmed), kept, 'all that is kept');
  const edge = await rejoin({epoch, seq: 15});
  assert.equal(edge.recovered, true, 'the first one missed is the oldest one kept');
  assert.deepEqual(seqs(edge), kept);
  const above = await rejoin({epoch, seq: 26});
  assert.equal(above.recovered, false);
  assert.deepEqual(seqs(above), kept);
  const other = await rejoin({epoch: `${epoch}x`, seq: 20});
  assert.equal(other.recovered, false);
  assert.deepEqual(seqs(other), kept);
  const newest = await rejoin({epoch: `${epoch}x`, seq: 20}, 3);
  assert.equal(newest.recovered, false);
  assert.deepEqual(seqs(newest), numbers(23, 25), 'the newest `history`');
  const both = await rejoin({epoch, seq: 22}, 9);
  assert.equal(both.recovered, true);
  assert.deepEqual(seqs(both), numbers(23, 25), 'since wins over history');
  const fresh = await rejoin(undefined, 4);
  assert.equal(fresh.recovered, false);
  assert.deepEqual(seqs(fresh), numbers(22, 25));
});

test('1,500 missed events come in pages, then the live ones, each once and in order', async (t) => {
  const server = await startServer(t, {config: kLargeHistory, set: {'limits.messages_per_second': 0}});
  const bob = await WsClient.join(t, server, 'general', 'bob');
  const {epoch} = bob.joined;
  await Promise.all(numbers(1, 1500).map((n) => bob.ask({type: 'chat', room: 'general', text: `message ${n}`})));
  const ann = await WsClient.open(t, server);
  ann.send({type: 'join', room: 'general', user: 'ann', since: {epoch, seq: 0}});
  bob.send({type: 'chat', room: 'general', text: 'meanwhile'});
  const joined = await ann.type('joined');
  assert.equal(joined.recovered, true);
  assert.equal(joined.more, true);
  const isIt = (m) => m.text === 'meanwhile';
  await ann.inbox.find((m) => isIt(m) || m.messages?.some(isIt), 'the newest event, live or in a page');
  const shown = [];
  let pages = 0;
  let open = true;
  for (const message of ann.messages) {
    if (message.type === 'joined' || message.type === 'messages') {
      assert.ok(open, 'no page after the last');
      assert.ok(message.messages.length <= 300, `${message.messages.length} events in a page`);
      assert.equal(message.room, 'general');
      shown.push(...message.messages.map((m) => m.seq));
      open = message.more === true;
      pages += 1;
    } else if (message.type === 'chat') {
      assert.ok(!open, 'live events come after the last page');
      shown.push(message.seq);
    }
  }
  assert.ok(pages >= 5, `${pages} pages`);
  assert.deepEqual(shown, numbers(1, 1501));
}, 300_000);

test('A stream over two rooms is resumed in the order of publication, none twice', async (t) => {
  const server = await startServer(t);
  const path = '/events?room=a&room=b&user=ann';
  const first = await RawStream.open(t, server, path);
  await first.event('joined', {where: (e) => e.json.room === 'b'});
  const say = (n) => publish(server, n % 3 === 0 ? 'b' : 'a', {user: 'bob', text: `message ${n}`});
  for (const n of numbers(1, 10)) await say(n);
  await first.event('chat', {where: (e) => e.json.text === 'message 10'});
  const fourth = first.events('chat')[3];
  assert.equal(fourth.json.text, 'message 4');
  first.close();
  for (const n of numbers(11, 20)) await say(n);

  for (const resumed of [
    await RawStream.open(t, server, path, {headers: {'Last-Event-ID': fourth.id}}),
    await RawStream.open(t, server, `${path}&lastEventId=${encodeURIComponent(fourth.id)}`),
    await RawStream.open(t, server, `${path}&lastEventId=nonsense`, {headers: {'Last-Event-ID': fourth.id}}),
  ]) {
    await resumed.event('chat', {where: (e) => e.json.text === 'message 20'});
    assert.deepEqual(resumed.events('chat').map((e) => e.json.text), numbers(5, 20).map((n) => `message ${n}`));
    assert.deepEqual(resumed.events('reset'), []);
    const joined = resumed.events('joined');
    assert.deepEqual(joined.map((e) => e.json.room).sort(), ['a', 'b']);
    const ids = resumed.events('chat').map((e) => e.id);
    assert.equal(new Set(ids).size, ids.length, 'every event has a cursor of its own');
  }
});

test('A stream whose rooms have lost events names only those in reset and gives the rest', async (t) => {
  const server = await startServer(t, {config: {rooms: [{match: 'short', history: {size: 3}}, {match: '*'}]}});
  const path = '/events?room=short&room=long&user=ann';
  const first = await RawStream.open(t, server, path);
  await first.event('joined', {where: (e) => e.json.room === 'long'});
  await publish(server, 'long', {user: 'bob', text: 'seen'});
  const {id} = await first.event('chat');
  first.close();
  for (const n of numbers(1, 6)) await publish(server, 'short', {user: 'bob', text: `short ${n}`});
  await publish(server, 'long', {user: 'bob', text: 'long 2'});
  const resumed = await RawStream.open(t, server, path, {headers: {'Last-Event-ID': id}});
  const {json} = await resumed.event('reset');
  assert.deepEqual(json.rooms.map(({room, reason}) => ({room, reason})), [{room: 'short', reason: 'gap'}]);
  await resumed.event('chat', {where: (e) => e.json.text === 'long 2'});
  assert.deepEqual(resumed.events('chat').map((e) => e.json.text), ['short 4', 'short 5', 'short 6', 'long 2']);
});
