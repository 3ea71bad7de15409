// SPDX-License-Identifier: MIT
// Sections 1, 2, 3, 4 and 6 of the protocol: the same conversation by every way, and between two of them.
import {startServer} from './support/server.mjs';
import {kScenario, kScenarioServer} from './support/scenario.mjs';
import {test} from './support/test.mjs';
import {kInBatches, kTransports} from './support/transports.mjs';

async function play(t, annComesBy, bobComesBy) {
  const server = await startServer(t, kScenarioServer);
  const world = {server, ann: await annComesBy.open(t, server), bob: await bobComesBy.open(t, server)};
  for (const [name, step] of Object.entries(kScenario)) {
    try {
      await step(world);
    } catch (error) {
      error.message = `${name}: ${error.message}`;
      throw error;
    }
  }
}

const all = Object.entries({...kTransports, ...kInBatches});
for (const [name, transport] of all) test(`The scenario by ${name}`, (t) => play(t, transport, transport));
for (const [index, [name, transport]] of all.entries()) {
  const [otherName, other] = all[(index + 1) % all.length];
  test(`The scenario between ${name} and ${otherName}`, (t) => play(t, transport, other));
}
