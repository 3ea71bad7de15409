// SPDX-License-Identifier: MIT
// Waiting for conditions. Nothing in these tests sleeps for a time that is hoped to be enough.

/** Milliseconds; a server under sanitizers on a busy machine is slow. */
export const kDeadline = 40_000;

/** Resolves with what `promise` gives, or fails with `what` after the deadline. */
export function within(promise, what, ms = kDeadline) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${ms} ms for ${typeof what === 'function' ? what() : what}`)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** Asks again and again until `check` gives something true, and gives that. For what can only be asked, not awaited. */
export async function until(check, what, ms = kDeadline) {
  const end = Date.now() + ms;
  for (;;) {
    const value = await check();
    if (value) return value;
    if (Date.now() > end) throw new Error(`waited ${ms} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** What has come so far, in order, and whoever waits for more of it. */
export class Inbox {
  all = [];
  #waiting = new Set();

  /** Calls `look` with each item, those there already and those still to come. */
  each(look) {
    let next = 0;
    const wait = () => {
      while (next < this.all.length) look(this.all[next++]);
    };
    this.#waiting.add(wait);
    wait();
  }

  push(item) {
    this.all.push(item);
    for (const wait of [...this.#waiting]) wait();
  }

  /** The first item, from index `from` on, that fits: there already or still to come. */
  find(fits, what, {from = 0, ms = kDeadline} = {}) {
    let wait;
    const found = new Promise((resolve, reject) => {
      let next = from;
      wait = () => {
        try {
          for (; next < this.all.length; next += 1) {
            if (fits(this.all[next])) {
              resolve(this.all[next]);
              return;
            }
          }
        } catch (error) {
          reject(error);
        }
      };
      this.#waiting.add(wait);
      wait();
    });
    const seen = () => `${what}; came: ${JSON.stringify(this.all.slice(-10))}`;
    return within(found, seen, ms).finally(() => this.#waiting.delete(wait));
  }

  /** Once at least `count` items fit: these. */
  async atLeast(count, fits, what, ms = kDeadline) {
    let seen = 0;
    await this.find((item) => fits(item) && ++seen === count, `${count} × ${what}`, {ms});
    return this.all.filter(fits);
  }
}
