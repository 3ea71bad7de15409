// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import {at, below} from './documents.mjs';
import {check, matches} from './schemas.mjs';

const kStream = below('openapi.yaml#', 'components', 'responses', 'Stream', 'content', 'text/event-stream');
const kEvents = below(kStream, 'x-events');
const kDeleted = below(kStream, 'x-deleted-event');
const kEnveloped = below(kStream, 'x-enveloped');
const kCursor = 'asyncapi.yaml#/components/schemas/Cursor';

/** What openapi.yaml says of the events of a stream. */
export class StreamContract {
  #coverage;

  constructor(coverage) {
    this.#coverage = coverage;
    for (const name of Object.keys(at(kEvents))) {
      coverage.expect(`event ${name} in a stream`);
      coverage.expectSchema(below(kEvents, name));
    }
    coverage.expect('a deleted event in a stream');
    coverage.expectSchema(kDeleted);
    coverage.expectSchema(kEnveloped);
  }

  /** A block as it came: {id, event, data, retry, json}. Gives the message in it, null where there is none. */
  take({id, event, retry, json, data}, shape) {
    if (retry !== undefined) {
      assert.match(retry, /^[0-9]+$/);
      return null;
    }
    assert.notEqual(json, undefined, `${event}: ${data}`);
    if (id !== undefined) check(kCursor, id);
    if (shape === 'enveloped') {
      check(kEnveloped, json);
      this.#coverage.seeSchema(kEnveloped, json);
      assert.equal(json.type, event);
      return json;
    }
    if (json?.deleted === true && matches(kDeleted, json)) {
      this.#coverage.see('a deleted event in a stream');
      this.#coverage.seeSchema(kDeleted, json);
      return {type: event, ...json};
    }
    const name = event in at(kEvents) ? event : '*';
    const schema = below(kEvents, name);
    check(schema, json);
    this.#coverage.see(`event ${name} in a stream`);
    this.#coverage.seeSchema(schema, json);
    return name === '*' || name === 'notification' ? {type: event, data: json} : {type: event, ...json};
  }
}
