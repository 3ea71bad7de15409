// SPDX-License-Identifier: MIT
// What the documents say of members that clients send, tried member by member. Runs on what the tests before it sent.
import assert from 'node:assert/strict';
import {Poll} from '../support/contract/clients.mjs';
import {commands} from '../support/contract/message_contract.mjs';
import {matches, members, required} from '../support/contract/schemas.mjs';
import {contract, http, test} from './setup.mjs';

/** Messages in which one member has another type than it should, or is missing: {name, message}. */
function spoilt(schema, sample) {
  const wrong = {wrong: [null]};
  const found = [];
  for (const [name, places] of members(schema)) {
    // A command of another type is another command.
    if (name === 'type' && !places.every((place) => matches(place, 'any'))) continue;
    const {[name]: _, ...rest} = sample;
    if (places.some((place) => !matches(place, wrong))) found.push({name, message: {...rest, [name]: wrong}});
    if (required(schema).has(name)) found.push({name, message: rest});
  }
  return found;
}

/** A member that another one outweighs isn't looked at beside it. */
const kOutweighed = {room: 'target', message: 'text'};

function alone({name, message}, command) {
  const {[kOutweighed[name]]: _, ...rest} = message;
  return name === 'room' && command !== 'signal' ? message : rest;
}

const isNamed = (field, name) => field === name || (name === 'message' && field === 'text');

test('A command with a member of another type, or without one that it needs, is refused', {}, async (t, server) => {
  assert.ok(contract.messages.samples.size >= commands.size - 1, 'there is a sample of each but the envelope');
  for (const [type, {id: _, user: __, ...sample}] of contract.messages.samples) {
    const {schema, name: command} = commands.get(type);
    for (const each of spoilt(schema, sample)) {
      const message = alone(each, command);
      const poll = await Poll.open(t, contract, server);
      await poll.post({type: 'join', room: 'r'});
      const [answer] = await poll.post(message);
      assert.equal(answer.type, 'error', `${JSON.stringify(message)} is taken`);
      assert.ok(isNamed(answer.field, each.name), JSON.stringify([message, answer]));
    }
  }
});

test('A request with a member of another type, or without one that it needs, is refused', {}, async (t, server) => {
  const poll = await Poll.open(t, contract, server);
  assert.ok(http.samples(poll).length > 5);
  for (const {name: operation, method, address, schema, sample} of http.samples(poll)) {
    for (const each of spoilt(schema, sample)) {
      const answer = await http.request(server, method, address, {body: alone(each, operation)});
      assert.equal(answer.status, 400, `${operation} ${JSON.stringify(each.message)}: ${answer.text}`);
      assert.ok(isNamed(answer.body.error.field, each.name), `${JSON.stringify(each.message)}: ${answer.text}`);
    }
  }
});
