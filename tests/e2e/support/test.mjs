// SPDX-License-Identifier: MIT
import nodeTest from 'node:test';

/** A test with a deadline, so that a lost answer is a failure and no standstill. */
export function test(name, body, timeout = 180_000) {
  return nodeTest(name, {timeout}, body);
}
