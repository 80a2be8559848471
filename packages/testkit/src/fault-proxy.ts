import { connect, createServer, type Server, type Socket } from 'node:net';
import { freePort } from './port.ts';

export interface ProxyTarget {
  host: string;
  port: number;
}

/** Unsent bytes of one direction above which the sender is made to wait. */
const QUEUE_BYTES_MAX = 1 << 20;
/** With a rate set, bytes go out in slices of this part of a second. */
const SLICES_PER_SECOND = 50;

/** Starts a TCP proxy on 127.0.0.1 that can be told to misbehave. */
export async function startFaultProxy(options: { to: ProxyTarget }): Promise<FaultProxy> {
  const proxy = new FaultProxy(options.to, await freePort());
  await proxy.refuse(false);
  return proxy;
}

/** A link with faults. All faults hold for present and future connections until {@link FaultProxy.heal}. */
export class FaultProxy {
  readonly host = '127.0.0.1';
  readonly port: number;
  /** Connections accepted since the start. */
  accepted = 0;
  /** Bytes passed on, towards the clients and towards the server. */
  readonly bytes = { toClient: 0, toServer: 0 };
  readonly #links = new Set<Link>();
  readonly #faults: Faults = { latencyMs: 0, bytesPerSecond: Infinity, flow: 'open', bytesLeft: Infinity };
  #target: ProxyTarget;
  #server: Server | null = null;

  constructor(target: ProxyTarget, port: number) {
    this.#target = target;
    this.port = port;
  }

  /** Connections open now. */
  get connections(): number {
    return this.#links.size;
  }

  /** Delays every byte by this long in each direction. */
  setLatency(ms: number): void {
    this.#faults.latencyMs = ms;
  }

  /** Limits each direction of each connection. */
  slow(bytesPerSecond: number): void {
    this.#faults.bytesPerSecond = bytesPerSecond;
  }

  /** Resets all connections now. New ones are accepted. */
  cut(): void {
    for (const link of this.#links) link.reset();
  }

  /** Resets all connections as soon as this many more bytes have passed, both directions and all connections together. */
  cutAfter(bytes: number): void {
    this.#faults.bytesLeft = bytes;
  }

  /**
   * Swallows all bytes both ways, the end of a connection included, while both sides believe it open.
   * A connection that lost bytes is reset when the link heals, as behind a firewall that forgot it.
   */
  halfOpen(): void {
    this.#faults.flow = 'swallow';
  }

  /** Holds all bytes back; `heal` delivers them: a partition that ends before anybody gave up. */
  stall(): void {
    this.#faults.flow = 'hold';
  }

  /** Refuses new connections, or accepts them again. */
  async refuse(refusing: boolean): Promise<void> {
    if (refusing) {
      const server = this.#server;
      this.#server = null;
      // Its callback would wait for the connections, which stay; it listens no more from here on.
      server?.close();
      return;
    }
    if (this.#server) return;
    const server = createServer({ allowHalfOpen: true }, (client) => this.#accept(client));
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.port, this.host, resolve);
    });
  }

  /** Connects future connections to another server. */
  setTarget(target: ProxyTarget): void {
    this.#target = target;
  }

  /** Ends all faults. */
  async heal(): Promise<void> {
    Object.assign(this.#faults, { latencyMs: 0, bytesPerSecond: Infinity, flow: 'open', bytesLeft: Infinity });
    for (const link of this.#links) link.heal();
    await this.refuse(false);
  }

  /** Resets all connections and stops listening. Idempotent. */
  async stop(): Promise<void> {
    await this.refuse(true);
    this.cut();
  }

  #accept(client: Socket): void {
    this.accepted += 1;
    const link = new Link(client, connect({ ...this.#target, allowHalfOpen: true }), this.#faults, {
      passed: (direction, bytes) => {
        this.bytes[direction] += bytes;
        if (this.#faults.bytesLeft > 0) return;
        this.#faults.bytesLeft = Infinity;
        this.cut();
      },
      closed: () => this.#links.delete(link),
    });
    this.#links.add(link);
  }
}

interface Faults {
  latencyMs: number;
  bytesPerSecond: number;
  flow: 'open' | 'hold' | 'swallow';
  bytesLeft: number;
}

type Direction = 'toClient' | 'toServer';

interface LinkEvents {
  passed(direction: Direction, bytes: number): void;
  closed(): void;
}

/** One client connection and the one to the server that belongs to it. */
class Link {
  readonly #sockets: [Socket, Socket];
  readonly #flows: [Flow, Flow];
  readonly #faults: Faults;
  readonly #events: LinkEvents;
  #lostEnd = false;

  constructor(client: Socket, server: Socket, faults: Faults, events: LinkEvents) {
    this.#sockets = [client, server];
    this.#faults = faults;
    this.#events = events;
    this.#flows = [
      new Flow(client, server, faults, (bytes) => events.passed('toServer', bytes)),
      new Flow(server, client, faults, (bytes) => events.passed('toClient', bytes)),
    ];
    for (const socket of this.#sockets) {
      socket.setNoDelay(true);
      socket.on('error', () => this.#broken());
      socket.on('close', () => this.#closed());
    }
  }

  reset(): void {
    for (const flow of this.#flows) flow.drop();
    for (const socket of this.#sockets) socket.resetAndDestroy();
    this.#events.closed();
  }

  heal(): void {
    if (this.#lostEnd || this.#flows.some((flow) => flow.lost)) this.reset();
    else for (const flow of this.#flows) flow.pump();
  }

  /** A side ended with an error: the other sees a reset, unless the link carries nothing. */
  #broken(): void {
    if (this.#faults.flow === 'open') this.reset();
    else this.#lostEnd = true;
  }

  #closed(): void {
    if (this.#sockets.every((socket) => socket.destroyed)) this.#events.closed();
  }
}

/** One direction of a link: a queue of chunks with the time each is due. */
class Flow {
  /** Bytes were swallowed: what follows would not fit. */
  lost = false;
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #faults: Faults;
  readonly #passed: (bytes: number) => void;
  /** `null` is the end of the stream. */
  #queue: { data: Buffer | null; dueAt: number }[] = [];
  #queuedBytes = 0;
  #freeAt = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(from: Socket, to: Socket, faults: Faults, passed: (bytes: number) => void) {
    this.#from = from;
    this.#to = to;
    this.#faults = faults;
    this.#passed = passed;
    from.on('data', (data: Buffer) => this.#push(data));
    from.on('end', () => this.#push(null));
    to.on('drain', () => this.pump());
  }

  drop(): void {
    this.#queue = [];
    this.#queuedBytes = 0;
    if (this.#timer) clearTimeout(this.#timer);
  }

  /** Sends on what is due. */
  pump(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    for (let head = this.#queue[0]; head && this.#faults.flow === 'open'; head = this.#queue[0]) {
      if (this.#to.destroyed || this.#to.writableNeedDrain) return;
      const waitMs = Math.max(head.dueAt, this.#freeAt) - performance.now();
      if (waitMs > 0) {
        this.#timer = setTimeout(() => this.pump(), waitMs);
        return;
      }
      this.#send(head);
    }
    if (this.#queuedBytes < QUEUE_BYTES_MAX && this.#from.isPaused()) this.#from.resume();
  }

  #push(data: Buffer | null): void {
    if (this.#faults.flow === 'swallow') {
      this.lost = true;
      return;
    }
    this.#queue.push({ data, dueAt: performance.now() + this.#faults.latencyMs });
    this.#queuedBytes += data?.length ?? 0;
    if (this.#queuedBytes >= QUEUE_BYTES_MAX) this.#from.pause();
    this.pump();
  }

  #send(head: { data: Buffer | null }): void {
    if (head.data === null) {
      this.#queue.shift();
      this.#to.end();
      return;
    }
    const { bytesPerSecond, bytesLeft } = this.#faults;
    const slice = Math.max(1, Math.floor(bytesPerSecond / SLICES_PER_SECOND));
    const count = Math.min(head.data.length, slice, bytesLeft);
    this.#to.write(head.data.subarray(0, count));
    if (count === head.data.length) this.#queue.shift();
    else head.data = head.data.subarray(count);
    this.#queuedBytes -= count;
    this.#faults.bytesLeft -= count;
    if (Number.isFinite(bytesPerSecond)) this.#freeAt = performance.now() + (count * 1000) / bytesPerSecond;
    this.#passed(count);
  }
}
