// The outside, made of plain objects: a clock one turns by hand and sockets whose other end one holds.

export class World {
  time = 1_000_000;
  sockets = [];
  #timers = new Map();
  #next = 1;
  luck = 0.5;

  openSocket = (url) => {
    const socket = new Socket(url);
    this.sockets.push(socket);
    return socket;
  };
  now = () => this.time;
  random = () => this.luck;
  uuid = () => `id-${this.#next++}`;
  later = (act, ms) => {
    const id = this.#next++;
    this.#timers.set(id, { act, at: this.time + ms });
    return id;
  };
  never = (id) => this.#timers.delete(id);

  get socket() { return this.sockets.at(-1); }

  pass(ms) {
    const until = this.time + ms;
    for (;;) {
      const due = [...this.#timers].filter(([, timer]) => timer.at <= until).sort((one, other) => one[1].at - other[1].at)[0];
      if (!due) break;
      this.#timers.delete(due[0]);
      this.time = Math.max(this.time, due[1].at);
      due[1].act();
    }
    this.time = until;
  }
}

export class Socket {
  readyState = 0;
  sent = [];
  closed = false;
  constructor(url) { this.url = url; }

  // What the browser does.
  send(text) { this.sent.push(JSON.parse(text)); }
  close() { this.closed = true; this.readyState = 3; }

  // What the server does.
  opens() { this.readyState = 1; this.onopen?.(); }
  says(frame) { this.onmessage?.({ data: JSON.stringify(frame) }); }
  hangsUp(code = 1006) { this.readyState = 3; this.onclose?.({ code }); }

  kinds() { return this.sent.map(({ kind }) => kind); }
  last(kind) { return this.sent.filter((frame) => frame.kind === kind).at(-1); }
}
