// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import {Coverage} from './coverage.mjs';
import {HttpContract} from './http_contract.mjs';
import {MessageContract} from './message_contract.mjs';
import {StreamContract} from './stream_contract.mjs';

/** What docs/openapi.yaml and docs/asyncapi.yaml say, held against what the server does. What comes by itself is looked
 *  at when it comes, and what is wrong with it is told by settle(). */
export class Contract {
  coverage = new Coverage();
  #problems = [];

  constructor() {
    this.messages = new MessageContract(this.coverage);
    this.streams = new StreamContract(this.coverage);
    this.http = new HttpContract(this.coverage, this.messages);
  }

  /** Runs a check for which nobody waits. */
  note(look) {
    try {
      look();
    } catch (error) {
      this.#problems.push(error.message);
    }
  }

  /** Fails where something came since the last time that isn't as the documents say. */
  settle() {
    const problems = this.#problems.splice(0);
    assert.equal(problems.length, 0, problems.slice(0, 5).join('\n\n'));
  }
}
