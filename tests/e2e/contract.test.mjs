// SPDX-License-Identifier: MIT
// docs/openapi.yaml and docs/asyncapi.yaml against what the server really answers. What comes and isn't documented fails
// where it comes; what is documented and never came fails in the last test. The parts share what was seen, so they run
// in one process and in this order.
import assert from 'node:assert/strict';
import './contract/documents.mjs';
import './contract/messages.mjs';
import './contract/streams.mjs';
import './contract/requests.mjs';
import './contract/refusals.mjs';
import './contract/types.mjs';
import {contract} from './contract/setup.mjs';
import {test} from './support/test.mjs';

/** What no client can bring about: a mistake of the server. */
const kNeverSeen = /InternalError|answers 500$|"internal"$/;

test('All that is documented was seen', () => {
  contract.settle();
  const missing = contract.coverage.missing().filter((mark) => !kNeverSeen.test(mark));
  assert.equal(missing.length, 0, `never seen:\n${missing.join('\n')}`);
});
