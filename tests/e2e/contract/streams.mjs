// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import {addressOf, streams} from '../support/contract/addresses.mjs';
import {EnvelopedStream, JsonSocket, Stream} from '../support/contract/clients.mjs';
import {contract, good, test} from './setup.mjs';

const kFull = {rooms: [{match: 'single', max_members: 1}, {match: '*'}], limits: {rooms_per_session: 1}};

test('What a stream refuses it says in the stream', {config: kFull}, async (t, server) => {
  for (const kind of [Stream, EnvelopedStream]) {
    await kind.open(t, contract, server, {query: {room: 'single'}});
    const late = await kind.open(t, contract, server, {query: {room: 'single'}});
    await late.heard('error', (m) => m.code === 'forbidden');
    const greedy = await kind.open(t, contract, server, {query: [['room', 'a'], ['room', 'b']]});
    await greedy.heard('error', (m) => m.code === 'too_many_rooms');
  }
  await good(server, 'DELETE', '/api/users/eve/sessions', {block: '10m'});
  for (const kind of [Stream, EnvelopedStream]) {
    const guest = await kind.open(t, contract, server);
    assert.equal((await guest.say({type: 'join', room: 'r', user: 'eve'})).code, 'forbidden');
    await guest.heard('error', (m) => m.code === 'unauthorized');
  }
});

const kShort = (size) => ({config: {rooms: [{match: 'short', history: {size}}, {match: '*'}]}});

test('Streams resume, and say what they can\'t bring', kShort(2), async (t, server) => {
  const before = (await Stream.open(t, contract, server, {query: {room: 'short'}})).connected.cursor;
  for (let n = 1; n <= 4; n += 1) await good(server, 'POST', '/api/rooms/short/messages', {text: 'hi'});
  await good(server, 'POST', '/api/rooms/short/messages', {event: 'price_update', data: 1});
  await good(server, 'DELETE', '/api/rooms/short/messages/5');
  await good(server, 'POST', '/api/rooms/stocks:AAPL/messages', {text: 'hi'});
  for (const kind of [Stream, EnvelopedStream]) {
    const late = await kind.open(t, contract, server, {query: {room: 'short', lastEventId: before}});
    await late.heard('reset', (m) => m.rooms[0].reason === 'gap');
    await late.heard('price_update', (m) => m.deleted === true);
    await kind.open(t, contract, server, {headers: {'Last-Event-ID': before}});
    for (const path of streams.map((each) => addressOf(each))) {
      const query = {room: 'short', user: 'ann', history: 1, lastEventId: before};
      await kind.open(t, contract, server, {path, query, headers: {'Last-Event-ID': before}});
      await kind.open(t, contract, server, {path});
    }
  }
  const ann = await JsonSocket.open(t, contract, server, {query: {user: 'ann'}});
  await ann.say({type: 'join', room: 'short', since: {epoch: 'another', seq: 1}});
  await ann.heard('joined', (m) => m.messages.some(({deleted}) => deleted));
});

test('A poll brings what came, or that it can\'t', kShort(1), async (t, server) => {
  for (let n = 1; n <= 3; n += 1) await good(server, 'POST', '/api/rooms/short/messages', {text: 'hi'});
  const all = await good(server, 'GET', '/api/messages?room=short&room=other&user=ann&since=1&timeout=0');
  assert.equal(all.reset[0].reason, 'gap');
  await good(server, 'GET', `/api/messages?room=short&since=${all.cursor}&timeout=0`);
  await good(server, 'GET', '/api/messages?history=1&timeout=0');
  await good(server, 'POST', '/api/messages', {room: 'general', text: 'hi'});
  await good(server, 'GET', '/api/messages');
});
