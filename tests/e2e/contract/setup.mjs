// SPDX-License-Identifier: MIT
// What the parts of contract.test.mjs have in common.
import assert from 'node:assert/strict';
import {Contract} from '../support/contract/contract.mjs';
import {startServer} from '../support/server.mjs';
import {test as plainTest} from '../support/test.mjs';

export const contract = new Contract();
export const {http} = contract;

/** A server that is as documented in all that this test asks of it. */
export function test(name, options, body) {
  plainTest(name, async (t) => {
    const server = await startServer(t, options);
    await body(t, server);
    contract.settle();
  });
}

/** A request that is answered with that status. */
export async function expect(server, status, method, path, options) {
  const answer = await http.request(server, method, path, options);
  assert.equal(answer.status, status, `${method} ${path}: ${answer.text}`);
  return answer;
}

export async function good(server, method, path, body) {
  return (await expect(server, 200, method, path, {body})).body;
}
